using MergeKit.Build.Items;
using MergeKit.Build.Reporting;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>What the tasks have in common: they read ModelMerge items and plan all of them before anything is computed.</summary>
public abstract class ModelMergeTask : CancelableTask
{
    /// <summary>The ModelMerge items, with their defaults filled in by the targets.</summary>
    [Required]
    public ITaskItem[] Merges { get; set; } = [];

    /// <summary>Full path of the project file; relative paths start at its folder.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Models that recipes may use by name, from referenced projects and packages: with metadata Name, Folder, Origin and Content.</summary>
    public ITaskItem[] NamedModels { get; set; } = [];

    /// <summary>ModelPackage items that NuGet does not know, because the project is not one of the SDK.</summary>
    public ITaskItem[] UnrestoredPackages { get; set; } = [];

    /// <summary>The assembly that merges on other devices than the processor, in a process of its own; empty if there is none.</summary>
    public string DeviceHost { get; set; } = "";

    /// <summary>The models that recipes may use by name.</summary>
    private protected IReadOnlyList<NamedModel> Names { get; private set; } = [];

    /// <inheritdoc/>
    private protected override void Run()
    {
        var planned = new List<PlannedMerge>();
        try
        {
            // Items that can be read are planned even if others cannot, so that one build tells everything that is wrong.
            var diagnostics = new DiagnosticBag();
            var merges = ModelMerge.ReadAll(Merges, ProjectFile, diagnostics);
            Names = NamedModel.ReadAll(NamedModels, diagnostics);
            foreach (var package in UnrestoredPackages)
                diagnostics.Error(DiagnosticCode.ModelPackageNotRestored, null, package.ItemSpec);

            Log.Write(diagnostics.Diagnostics, position => position ?? new SourcePosition(ProjectFile, 0, 0));
            foreach (var merge in merges)
                Guard(merge, () => planned.Add(Plan(merge)));

            if (!Log.HasLoggedErrors)
                planned.ForEach(plan => Guard(plan.Merge, () => Process(plan)));
        }
        finally
        {
            planned.ForEach(plan => plan.Plan.Dispose());
        }
    }

    /// <summary>Does the task's work for one merge, once all of them are planned without an error.</summary>
    private protected abstract void Process(PlannedMerge planned);

    private PlannedMerge Plan(ModelMerge merge)
    {
        var started = DateTime.UtcNow;
        var folders = Names.ToDictionary(model => model.Name, model => model.Folder);
        var packages = Names.Where(model => model.PackageUrl is not null).ToDictionary(model => model.Name, model => model.PackageUrl!);
        var host = DeviceHost.Length > 0 ? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ProjectFile)!, DeviceHost)) : null;
        var plan = Merger.Plan(merge.Request with { NamedModels = folders, NamedModelPackages = packages, DeviceHost = host }, CancellationToken);
        Log.Write(plan.Warnings, merge.Resolve);
        return new PlannedMerge(merge, plan, started);
    }

    private void Guard(ModelMerge merge, Action step)
    {
        try
        {
            step();
        }
        catch (MergeException e)
        {
            Log.Write(e.Diagnostics, merge.Resolve);
        }
    }
}
