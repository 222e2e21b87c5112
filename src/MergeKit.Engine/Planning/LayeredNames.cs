namespace MergeKit.Engine.Planning;

/// <summary>Tensor names taken apart once, by what stands before their layer's number and by the number.</summary>
internal sealed class LayeredNames
{
    private readonly Dictionary<string, NumberedGroup> groups = new(StringComparer.Ordinal);

    /// <param name="names">The names; those without a number are left out.</param>
    public LayeredNames(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (LayerName.TryParse(name, out var parsed))
            {
                if (!groups.TryGetValue(parsed.Stack, out var group))
                {
                    groups.Add(parsed.Stack, group = new NumberedGroup(parsed.Stack));
                }

                group.Add(parsed);
            }
        }
    }

    /// <summary>The groups, one for every prefix.</summary>
    public IReadOnlyCollection<NumberedGroup> Groups => groups.Values;

    /// <summary>The names of a prefix; null for none.</summary>
    public NumberedGroup? Find(string prefix) => groups.GetValueOrDefault(prefix);
}
