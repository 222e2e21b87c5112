using Microsoft.Build.Framework;

namespace MergeKit.Build.Packaging;

/// <summary>A model that goes into a package.</summary>
/// <param name="Name">Name of the model and of its folder in the package.</param>
/// <param name="Folder">Full path of its folder.</param>
/// <param name="Fingerprint">The model's fingerprint.</param>
/// <param name="Method">The recipe's merge method.</param>
/// <param name="TotalBytes">Bytes of its tensors.</param>
/// <param name="Files">Its files, relative to the folder, with slashes.</param>
internal sealed record PackagedModel(string Name, string Folder, string Fingerprint, string Method, string TotalBytes, List<string> Files)
{
    /// <summary>Bytes of all its files.</summary>
    public long SizeOnDisk => Files.Sum(file => new FileInfo(PathOf(file)).Length);

    /// <summary>Joins models with their files; of several models with one name, as those of several target frameworks, the first counts.</summary>
    public static IReadOnlyList<PackagedModel> ReadAll(IEnumerable<ITaskItem> models, IReadOnlyCollection<ITaskItem> files) =>
        [.. models.DistinctBy(model => model.GetMetadata("Name"), StringComparer.OrdinalIgnoreCase).Select(model => Read(model, files))];

    /// <summary>Full path of a file of the model.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    private static PackagedModel Read(ITaskItem item, IEnumerable<ITaskItem> files)
    {
        var folder = Path.TrimEndingDirectorySeparator(item.ItemSpec);
        var own = files.Select(file => file.ItemSpec).Where(file => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        return new PackagedModel(
            item.GetMetadata("Name"),
            folder,
            item.GetMetadata("Fingerprint"),
            item.GetMetadata("Method"),
            item.GetMetadata("TotalBytes"),
            [.. own.Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')).Distinct().Order(StringComparer.Ordinal)]);
    }
}
