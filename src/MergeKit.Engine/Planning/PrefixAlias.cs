using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Planning;

/// <summary>
/// The difference between two checkpoints of one architecture, one saved with and one without the name of its inner model
/// (<c>transformer.h.0</c> and <c>h.0</c>, <c>bert.encoder.layer.0</c> and <c>encoder.layer.0</c>).
/// </summary>
/// <param name="Prefix">The segment, with its dot.</param>
/// <param name="Add">Whether it has to be added to names (or else removed).</param>
internal sealed record PrefixAlias(string Prefix, bool Add)
{
    /// <summary>Compares layer stacks; null where no segment explains the difference.</summary>
    public static PrefixAlias? Find(IReadOnlyList<LayerStack> stacks, IReadOnlyList<LayerStack> primary)
    {
        if (stacks.Count == 0 || stacks.Count != primary.Count)
        {
            return null;
        }

        var (ours, theirs) = (stacks[0].Prefix, primary[0].Prefix);
        return ours == theirs ? null
            : theirs.EndsWith("." + ours, StringComparison.Ordinal) ? new PrefixAlias(theirs[..^ours.Length], true)
            : ours.EndsWith("." + theirs, StringComparison.Ordinal) ? new PrefixAlias(ours[..^theirs.Length], false)
            : null;
    }

    /// <summary>
    /// The name under which the primary checkpoint would store a tensor, also if it has fewer layers; names outside the inner model stay.
    /// </summary>
    public string Rename(string name, IReadOnlyDictionary<string, TensorSource> primary)
    {
        var renamed = Add ? Prefix + name : name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        return primary.ContainsKey(renamed) || (!primary.ContainsKey(name) && LayerName.TryParse(name, out _)) ? renamed : name;
    }
}
