using System.Globalization;
using MergeKit.Build.Packaging;
using MergeKit.Build.Records;
using MergeKit.Build.Reporting;
using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeKit.Build.Tasks;

/// <summary>Decides what a package of models consists of, and writes the props and targets through which other projects use it.</summary>
public sealed class PackModels : Microsoft.Build.Utilities.Task
{
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

    /// <summary>What goes into the package: files with metadata PackagePath, the folder in the package.</summary>
    [Output]
    public ITaskItem[] PackageFiles { get; private set; } = [];

    /// <summary>A time for all files of the package that depends on their content only, in seconds since 1970.</summary>
    [Output]
    public string Timestamp { get; private set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            Pack(PackagedModel.ReadAll(Models, Files));
        }
        catch (MergeException e)
        {
            Log.Write(e.Diagnostics, position => position ?? new SourcePosition(ProjectFile, 0, 0));
        }

        return !Log.HasLoggedErrors;
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

        var package = new ModelPackage(PackageId, PackageVersion, models);
        PackageFiles =
        [
            .. models.SelectMany(model => model.Files.Select(file => Item(model.PathOf(file), $"models/{model.Name}/{Path.GetDirectoryName(file)}"))),
            .. package.WriteTo(Directory).Select(file => Item(Path.Combine(Directory, file), Path.GetDirectoryName(file)!)),
        ];
        Timestamp = package.Timestamp.ToString(CultureInfo.InvariantCulture);
    }

    private static MergeException NotPackable(string model, string path) => new(DiagnosticCode.ModelNotPackable, null, model, path);

    // With a slash at its end the path names a folder; without, it may be taken for a file's.
    private static TaskItem Item(string file, string folder)
    {
        var item = new TaskItem(MSBuildText.Escape(file));
        item.SetMetadata("PackagePath", MSBuildText.Escape(folder.TrimEnd('/') + "/"));
        return item;
    }
}
