using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Build.Records;
using MergeKit.Build.Reporting;
using MergeKit.Engine;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeKit.Build.Tasks;

/// <summary>Makes the model folders of the given merges and records what was read and written.</summary>
public sealed class MergeModels : ModelMergeTask
{
    private readonly List<ITaskItem> models = [];
    private readonly List<ITaskItem> files = [];

    /// <summary>The project's version, which the models carry.</summary>
    public string Version { get; set; } = "";

    /// <summary>Which cache models of the hub are taken from, in words of the targets, which compare them with those of the next build.</summary>
    public string HubCache { get; set; } = "";

    /// <summary>The models made: full path, with metadata Name, Method, Fingerprint, TotalBytes, Parameters and Version.</summary>
    [Output]
    public ITaskItem[] MergedModels => [.. models];

    /// <summary>The files written: full path, with metadata Record (the merge's record file) and PublishPath.</summary>
    [Output]
    public ITaskItem[] OutputFiles => [.. files];

    private protected override void Process(PlannedMerge planned)
    {
        var (merge, plan, _) = planned;
        using var cores = CoreShare.Request(BuildEngine as IBuildEngine9, ThreadsOf(merge));
        plan.UseThreads(cores.Count);
        Log.LogMessage(MessageImportance.Low, $"{merge.Request.Name}: {cores.Count} threads");
        var progress = new ProgressReporter(merge.Request.Name, TimeProvider.System, Print, device => PrintDevice(plan.Request, device));
        var result = Merger.Execute(plan, progress, CancellationToken);
        Log.Write(result.Warnings, merge.Resolve);
        MergeRecord.Write(merge, ProjectFile, planned.Inputs, UsedNames(plan), plan.UsesHub ? HubCache : null, result);
        Print($"{merge.Request.Name} -> {result.OutputDirectory}{Path.DirectorySeparatorChar}");
        models.Add(ModelItem(merge.Request.Name, result));
        files.AddRange(result.Files.Select(file => FileItem(merge, result, file)));
    }

    private static int ThreadsOf(ModelMerge merge) =>
        merge.Request.Threads > 0 ? merge.Request.Threads : Environment.ProcessorCount;

    private IEnumerable<NamedModel> UsedNames(MergePlan plan) =>
        Names.Where(model => plan.InputFiles.Any(file => file.StartsWith(model.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)));

    private TaskItem ModelItem(string name, MergeResult result)
    {
        var item = new TaskItem(MSBuildText.Escape(result.OutputDirectory));
        item.SetMetadata("Name", MSBuildText.Escape(name));
        item.SetMetadata("Method", MSBuildText.Escape(result.Method));
        item.SetMetadata("Fingerprint", result.Fingerprint);
        item.SetMetadata("TotalBytes", result.TotalBytes.ToString(CultureInfo.InvariantCulture));
        item.SetMetadata("Parameters", result.ParameterCount.ToString(CultureInfo.InvariantCulture));
        item.SetMetadata("Version", MSBuildText.Escape(Version));
        return item;
    }

    private static TaskItem FileItem(ModelMerge merge, MergeResult result, string file)
    {
        var item = new TaskItem(MSBuildText.Escape(Path.Combine(result.OutputDirectory, file)));
        item.SetMetadata("Record", MSBuildText.Escape(merge.RecordFile));
        item.SetMetadata("PublishPath", MSBuildText.Escape(MergeRecord.PublishPath(merge.Request.Name, file)));
        return item;
    }

    private void PrintDevice(MergeRequest request, string device)
    {
        // Who has a package for other devices wants to know whether one is used; the others have no choice.
        var importance = request.Device == MergeDevice.Cpu ? MessageImportance.Low : request.DeviceHost is null ? MessageImportance.Normal : MessageImportance.High;
        Log.LogMessage(importance, $"{request.Name}: computed on {device}");
    }

    private void Print(string line) => Log.LogMessage(MessageImportance.High, line);
}
