using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// What the inputs of a plan were like before anything of them was read, so that what changes while the plan is made is noticed as well.
/// </summary>
internal sealed class InputStamps
{
    private readonly Dictionary<string, FileStamp?> stamps = new(StringComparer.Ordinal);

    /// <summary>Takes the stamp of a file, if it has none yet.</summary>
    public void Add(StampedFile file) => stamps.TryAdd(file.Path, file.Stamp);

    /// <summary>Takes the stamps of the files in a folder, before the first of them is read.</summary>
    public void AddFolder(string folder)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                Add(StampedFile.Look(file));
            }
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            // Whoever reads the folder says so.
        }
    }

    /// <summary>The stamps of files; one that came into its folder since is looked at now.</summary>
    public IReadOnlyDictionary<string, FileStamp?> Of(IEnumerable<string> files) =>
        files.ToDictionary(file => file, file => stamps.TryGetValue(file, out var stamp) ? stamp : FileStamp.TryRead(file), StringComparer.Ordinal);
}
