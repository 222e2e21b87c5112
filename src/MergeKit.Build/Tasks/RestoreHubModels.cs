using MergeKit.Build.Items;
using MergeKit.Build.Reporting;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Downloads models of the Hugging Face hub that recipes name into the user's cache, if it does not have them.</summary>
public sealed class RestoreHubModels : CancelableTask
{
    /// <summary>The ModelMerge items, with their defaults filled in by the targets.</summary>
    [Required]
    public ITaskItem[] Merges { get; set; } = [];

    /// <summary>Full path of the project file; relative paths start at its folder.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Models that recipes may use by name, which are not looked for on the hub.</summary>
    public ITaskItem[] NamedModels { get; set; } = [];

    /// <inheritdoc/>
    private protected override void Run()
    {
        var restorer = new HubRestorer(HubSettings.FromEnvironment());

        // What is wrong with items and recipes is told when merges are planned, all of it at once.
        var names = NamedModel.ReadAll(NamedModels, new DiagnosticBag()).ToDictionary(model => model.Name, model => model.Folder);
        var missing = ModelMerge.ReadAll(Merges, ProjectFile, new DiagnosticBag())
            .SelectMany(merge => FindMissing(restorer, merge, names), (merge, model) => (Merge: merge, Model: model))
            .DistinctBy(missing => (missing.Model.Name, missing.Model.Revision, missing.Model.Content));
        foreach (var (merge, model) in missing)
        {
            if (!TryRestore(restorer, merge, model))
                break;
        }
    }

    private static IReadOnlyList<HubReference> FindMissing(HubRestorer restorer, ModelMerge merge, Dictionary<string, string> names)
    {
        try
        {
            return [.. Merger.HubModels(merge.Request with { NamedModels = names }).Where(restorer.IsMissing)];
        }
        catch (MergeException)
        {
            return [];
        }
    }

    /// <summary>Restores a model; false if the connection failed, so that it is of no use to try others.</summary>
    private bool TryRestore(HubRestorer restorer, ModelMerge merge, HubReference model)
    {
        try
        {
            Print($"Restoring {model}");
            var restored = restorer.Restore(model, new DownloadReporter(model.ToString(), TimeProvider.System, Print), CancellationToken);
            if (restored.Warning is { } warning)
                Log.Write([warning], merge.Resolve);
            else
                Print($"Restored {model} to {restored.Folder}");

            return true;
        }
        catch (MergeException e)
        {
            Log.Write(e.Diagnostics, merge.Resolve);
            return e.Diagnostics.All(diagnostic => diagnostic.Code != DiagnosticCode.DownloadFailed);
        }
    }

    private void Print(string line) => Log.LogMessage(MessageImportance.High, line);
}
