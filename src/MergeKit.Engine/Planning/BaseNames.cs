using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Finds tensors of a base model by the names that an adapter has for them, which are those of the model in memory: its checkpoint may lack
/// (or have) the name of the inner model, or use older names.
/// </summary>
internal sealed class BaseNames
{
    private readonly IReadOnlyDictionary<string, TensorSource> tensors;
    private readonly Dictionary<string, string> former = new(StringComparer.Ordinal);
    private readonly PrefixAlias? alias;

    /// <param name="tensors">The base model's tensors.</param>
    /// <param name="wanted">The names that will be looked for.</param>
    public BaseNames(IReadOnlyDictionary<string, TensorSource> tensors, IEnumerable<string> wanted)
    {
        this.tensors = tensors;
        foreach (var name in tensors.Keys.Where(name => TensorNames.Modern(name) != name))
        {
            former[TensorNames.Modern(name)] = name;
        }

        alias = LargestStack(wanted) is { } ours && LargestStack(tensors.Keys) is { } theirs && ours != theirs && PrefixAlias.CanBeSame(ours, theirs)
            ? PrefixAlias.Between(ours, theirs)
            : null;
    }

    /// <summary>The base model's own name for a tensor; null if it has no such tensor.</summary>
    public string? Find(string name) => Own(name) ?? (alias is null ? null : Own(alias.Rename(name, tensors)));

    private string? Own(string name) => tensors.ContainsKey(name) ? name : former.GetValueOrDefault(name);

    private static string? LargestStack(IEnumerable<string> names) =>
        names.Select(name => LayerName.TryParse(name, out var parsed) ? parsed.Stack : null).OfType<string>()
            .GroupBy(stack => stack, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;
}
