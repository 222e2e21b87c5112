using MergeKit.Engine.Tests.Output;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>What computed a model is told, is recorded, and decides what is computed again.</summary>
public sealed class LibtorchDeviceTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();

    public LibtorchDeviceTests() => SmallModels.Write(workspace);

    [LibtorchFact]
    public void Another_device_computes_anew_and_says_why()
    {
        var request = workspace.Request(SmallModels.Linear);
        MergeWorkspace.Merge(request);

        var there = MergeWorkspace.Work(request.ByLibtorch());
        Assert.Equal(SmallModels.Tensors, there.TensorsToCompute);
        Assert.StartsWith("device cpu → TorchSharp 0.107.0, libtorch 2.10.0", there.Reason, StringComparison.Ordinal);
        Assert.Contains($"\"device\": \"{there.Reason!["device cpu → ".Length..]}\"", Provenance(), StringComparison.Ordinal);
        Assert.Equal(0, MergeWorkspace.Work(request.ByLibtorch()).TensorsToCompute);

        var back = MergeWorkspace.Work(request);
        Assert.Equal(SmallModels.Tensors, back.TensorsToCompute);
        Assert.Equal($"device {there.Reason["device cpu → ".Length..]} → cpu", back.Reason);
        Assert.DoesNotContain("\"device\"", Provenance(), StringComparison.Ordinal);
    }

    [LibtorchFact]
    public void It_says_what_computes()
    {
        var watcher = new MergeWatcher();
        MergeWorkspace.Merge(workspace.Request(SmallModels.Linear).ByLibtorch(), watcher);
        Assert.StartsWith("torch-cpu (TorchSharp 0.107.0, libtorch 2.10.0", Assert.Single(watcher.Devices), StringComparison.Ordinal);
    }

    [LibtorchFact]
    public void Without_a_gpu_the_processor_computes_what_it_always_does()
    {
        var watcher = new MergeWatcher();
        var request = workspace.Request(SmallModels.Linear);
        MergeWorkspace.Merge(request.ByLibtorch() with { Device = MergeDevice.Auto }, watcher);
        Assert.StartsWith("cpu (auto: no libtorch for GPUs, which is in the package TorchSharp-cuda-", Assert.Single(watcher.Devices), StringComparison.Ordinal);
        Assert.EndsWith(": torch_cuda is not there)", watcher.Devices[0], StringComparison.Ordinal);
        Assert.Equal(CleanMerge.Of(request), FolderContent.Of(workspace.Output));
    }

    public void Dispose() => workspace.Dispose();

    private string Provenance() => File.ReadAllText(Path.Combine(workspace.Output, "provenance.intoto.json"));
}
