using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Build.Packaging;
using MergeKit.Build.Records;
using MergeKit.Build.Reporting;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Packages;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeKit.Build.Tasks;

/// <summary>Decides what a package of models consists of, and writes the props and targets through which other projects use it.</summary>
public sealed class PackModels : CancelableTask
{
    private const long DefaultLimit = 2_000_000_000;

    /// <summary>The MergedModel items of all target frameworks; of several with one name the first is packed.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The models' files: full path, with metadata PublishPath.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Models that were not made, with metadata Name and OutputDirectory.</summary>
    public ITaskItem[] Missing { get; set; } = [];

    /// <summary>The package's ID.</summary>
    [Required]
    public string PackageId { get; set; } = "";

    /// <summary>The package's version.</summary>
    [Required]
    public string PackageVersion { get; set; } = "";

    /// <summary>Full path of the project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Folder below obj for the files that are written.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>Bytes that the models may have together for the package to hold their weights, such as 2B; empty for the default.</summary>
    public string PackageLimit { get; set; } = "";

    /// <summary>Where the weights of larger models are to be downloaded from: an address, or a folder, relative to the project's.</summary>
    public string WeightsLocation { get; set; } = "";

    /// <summary>Folder in which weights are laid out that have to be uploaded.</summary>
    [Required]
    public string UploadFolder { get; set; } = "";

    /// <summary>Folder of this assembly, which goes into packages that do not hold the weights.</summary>
    [Required]
    public string TaskFolder { get; set; } = "";

    /// <summary>What goes into the package: files with metadata PackagePath, the folder in the package.</summary>
    [Output]
    public ITaskItem[] PackageFiles { get; private set; } = [];

    /// <summary>A time for all files of the package that depends on their content only, in seconds since 1970.</summary>
    [Output]
    public string Timestamp { get; private set; } = "";

    /// <summary>Whether the package holds the task that restores weights.</summary>
    [Output]
    public bool HoldsTask { get; private set; }

    /// <inheritdoc/>
    private protected override void Run()
    {
        try
        {
            Pack(PackagedModel.ReadAll(Models, Files));
        }
        catch (MergeException e)
        {
            Write(e.Diagnostics);
        }
    }

    private void Pack(IReadOnlyList<PackagedModel> models)
    {
        if (Missing.FirstOrDefault() is { } missing)
            throw NotPackable(missing.GetMetadata("Name"), Path.Combine(missing.GetMetadata("OutputDirectory"), missing.GetMetadata("Name")));
        foreach (var model in models)
        {
            if (model.Files.Find(file => !File.Exists(model.PathOf(file))) is { } file)
                throw NotPackable(model.Name, model.PathOf(file));
        }

        var weights = FindSeparateWeights(models);
        if (weights is not null)
            Place(weights, models);
        if (Log.HasLoggedErrors)
            return;

        var package = new ModelPackage(PackageId, PackageVersion, models, weights);
        PackageFiles =
        [
            .. models.SelectMany(model => model.Files.Where(file => weights is null || !WeightFile.Is(file)).Select(file => Item(model, file))),
            .. package.WriteTo(Directory).Select(file => Item(Path.Combine(Directory, file), Path.GetDirectoryName(file)!)),
            .. weights is null ? [] : System.IO.Directory.GetFiles(TaskFolder, "*.dll").Order(StringComparer.Ordinal).Select(file => Item(file, "tasks/net10.0")),
        ];
        Timestamp = package.Timestamp.ToString(CultureInfo.InvariantCulture);
        HoldsTask = weights is not null;
    }

    /// <summary>Where the weights are if the package is too large to hold them; null if it is not.</summary>
    private WeightsLocation? FindSeparateWeights(IReadOnlyList<PackagedModel> models)
    {
        var size = models.Sum(model => model.SizeOnDisk);
        var limit = ReadLimit();
        return size <= limit ? null
            : WeightsLocation.Trim() is { Length: > 0 } location ? Engine.Packages.WeightsLocation.Parse(location, Path.GetDirectoryName(ProjectFile)!)
            : throw new MergeException(DiagnosticCode.PackageTooLarge, null, PackageId, ByteSize.Format(size), ByteSize.Format(limit));
    }

    private long ReadLimit()
    {
        var diagnostics = new DiagnosticBag();
        var item = new TaskItem(Path.GetFileName(ProjectFile), new Dictionary<string, string> { [nameof(PackageLimit)] = PackageLimit });
        var limit = new MetadataReader(item, new SourcePosition(ProjectFile, 0, 0), diagnostics).Size(nameof(PackageLimit), DefaultLimit);
        Write(diagnostics.Diagnostics);
        return limit;
    }

    private void Place(WeightsLocation location, IReadOnlyList<PackagedModel> models)
    {
        var publisher = new WeightsPublisher(Directory, new DownloadReporter(PackageId, TimeProvider.System, Print), CancellationToken);
        new SeparateWeights(PackageId, PackageVersion, location, UploadFolder, Print).Place(models, publisher);
    }

    private void Print(string line) => Log.LogMessage(MessageImportance.High, line);

    private void Write(IEnumerable<Diagnostic> diagnostics) => Log.Write(diagnostics, position => position ?? new SourcePosition(ProjectFile, 0, 0));

    private static TaskItem Item(PackagedModel model, string file) => Item(model.PathOf(file), $"models/{model.Name}/{Path.GetDirectoryName(file)}");

    private static MergeException NotPackable(string model, string path) => new(DiagnosticCode.ModelNotPackable, null, model, path);

    // With a slash at its end the path names a folder; without, it may be taken for a file's.
    private static TaskItem Item(string file, string folder)
    {
        var item = new TaskItem(MSBuildText.Escape(file));
        item.SetMetadata("PackagePath", MSBuildText.Escape(folder.TrimEnd('/') + "/"));
        return item;
    }
}
