namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>A Python list. What has no items takes next to no memory, as a pickle makes one of every byte if it wants to.</summary>
internal sealed class PickleList
{
    private List<object?>? items;

    public IReadOnlyList<object?> Items => items ?? [];

    public void Add(object? item) => (items ??= []).Add(item);
}
