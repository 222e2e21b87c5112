namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>A Python dict or OrderedDict: pairs in the order in which they were set. Whether keys repeat matters only to who looks at them.</summary>
internal sealed class PickleDict
{
    private List<(object? Key, object? Value)>? items;

    public IReadOnlyList<(object? Key, object? Value)> Items => items ?? [];

    public void Add(object? key, object? value) => (items ??= []).Add((key, value));

    /// <summary>The value of a text key; null if there is none.</summary>
    public object? Find(string key) => items?.Find(item => key.Equals(item.Key)).Value;
}
