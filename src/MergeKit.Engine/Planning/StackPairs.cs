using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Finds which layers of a model are which of another model that names them differently. Names must be able to mean the same; where several
/// can, the recipe's modules decide, then how much of a layer is alike, then which of them is the language model.
/// </summary>
internal static class StackPairs
{
    /// <summary>No model has more parts; comparing each with each has to end.</summary>
    private const int MaximumStacks = 32;

    /// <summary>The differences between the names, one for each stack that has a counterpart under another name.</summary>
    /// <param name="own">The model.</param>
    /// <param name="other">The other model.</param>
    /// <param name="modules">The modules of the recipe in which the model stands.</param>
    public static IReadOnlyList<PrefixAlias> Find(TensorIndex own, TensorIndex other, IReadOnlyCollection<string> modules)
    {
        var (mine, others) = (LayersUnknownTo(other, own), LayersUnknownTo(own, other));
        if (mine.Count == 0 || others.Count == 0)
        {
            return [];
        }

        var pairs =
            from ours in mine.Keys
            from theirs in others.Keys
            where PrefixAlias.CanBeSame(ours, theirs)
            select (Ours: ours, Theirs: theirs, Score: ScoreOf(ours, theirs));
        var open = pairs.OrderByDescending(pair => pair.Score).ToList();
        var found = new List<PrefixAlias>();
        while (open.Count > 0)
        {
            var best = open[0];
            var touching = open.FindAll(pair => pair.Ours == best.Ours || pair.Theirs == best.Theirs);
            if (touching.TrueForAll(pair => pair == best || pair.Score.CompareTo(best.Score) < 0))
            {
                found.Add(PrefixAlias.Between(best.Ours, best.Theirs));
            }

            open.RemoveAll(touching.Contains);
        }

        return found;

        (bool IsInModule, int Tensors, int Shapes, bool IsLanguage) ScoreOf(string ours, string theirs)
        {
            var (layer, candidate) = (mine[ours], others[theirs]);
            return (
                theirs.Split('.').Any(modules.Contains),
                layer.Keys.Count(candidate.ContainsKey),
                layer.Count(tensor => candidate.TryGetValue(tensor.Key, out var shape) && shape.Equals(tensor.Value)),
                TensorNames.IsOfGenerator(ours.Length > theirs.Length ? ours : theirs));
        }
    }

    /// <summary>The stacks of a model that another lacks, each with the tensors of a layer.</summary>
    private static Dictionary<string, IReadOnlyDictionary<string, TensorShape>> LayersUnknownTo(TensorIndex other, TensorIndex model) =>
        model.Stacks.Where(stack => other.LayerCount(stack.Prefix) is null).Take(MaximumStacks)
            .ToDictionary(stack => stack.Prefix, stack => model.LayerShapes(stack.Prefix), StringComparer.Ordinal);
}
