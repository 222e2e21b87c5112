using MergeKit.Engine.Devices;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices;

/// <summary>Merges in a process of their own end as those of this process do, and whatever becomes of the process is told.</summary>
public sealed class DeviceHostTests : IDisposable
{
    private const string Recipe = "merge_method: linear\nmodels: [{ model: a, parameters: { weight: 0.6 } }, { model: b, parameters: { weight: 0.4 } }]\n";

    private readonly MergeWorkspace workspace = new();

    public DeviceHostTests()
    {
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2) })
        {
            var weights = new SafetensorsBuilder();
            for (var i = 0; i < 4; i++)
            {
                weights.Add($"t{i}.weight", DType.F32, [100], Noise.Normal((100 * seed) + i, 100));
            }

            workspace.Model(model, weights);
        }

        FileStamps.Age(workspace.Path);
    }

    [Fact]
    public void A_host_writes_the_bytes_of_this_process_and_tells_what_it_does()
    {
        var done = 0;
        var watcher = new MergeWatcher { Progress = progress => done = Math.Max(done, progress.TensorsDone) };

        var result = MergeWorkspace.Merge(workspace.Request(Recipe).By("cuda"), watcher);

        Assert.Equal(CleanMerge.Of(workspace.Request(Recipe)), FolderContent.Of(workspace.Output));
        Assert.Equal(["fake GPU"], watcher.Devices);
        Assert.Equal(new MergeWork("out", 4, 4, 3200, 1600, "not merged before"), Assert.Single(watcher.Works));
        Assert.Equal(4, done);
        var here = MergeWorkspace.Merge(workspace.Request(Recipe));
        Assert.Equal(here with { Files = result.Files, InputFiles = result.InputFiles, Warnings = result.Warnings }, result);
        Assert.Equal(here.Files, result.Files);
        Assert.Equal(here.InputFiles, result.InputFiles);
    }

    [Fact]
    public void The_processor_is_told_with_the_reason_where_any_device_would_do()
    {
        Assert.Equal("cpu (auto: no GPU answers)", DeviceOf(workspace.Request(Recipe).By("auto")));
        Assert.Equal("cpu (auto: no package for other devices is referenced)", DeviceOf(workspace.Request(Recipe)));
        Assert.Equal("cpu", DeviceOf(workspace.Request(Recipe).By("cpu")));
    }

    [Fact]
    public void A_preview_says_that_another_library_computes_and_the_merge_records_it()
    {
        MergeWorkspace.Merge(workspace.Request(Recipe));
        var request = workspace.Request(Recipe).By("torch-cpu");
        using (var plan = Merger.Plan(request))
        {
            Assert.Equal("device cpu → fake library 1.0", Assert.Single(Merger.Preview(plan)).Reason);
        }

        Assert.Equal("device cpu → fake library 1.0", MergeWorkspace.Work(request).Reason);
        Assert.Contains("\"device\": \"fake library 1.0\"", File.ReadAllText(Path.Combine(workspace.Output, "provenance.intoto.json")), StringComparison.Ordinal);
        Assert.Equal("device fake library 1.0 → cpu", MergeWorkspace.Work(workspace.Request(Recipe)).Reason);
        Assert.DoesNotContain("\"device\"", File.ReadAllText(Path.Combine(workspace.Output, "provenance.intoto.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_and_errors_are_those_of_this_process()
    {
        workspace.Model("b", new SafetensorsBuilder().Add("t0.weight", DType.F32, [1], [float.NaN]));
        var request = workspace.Request("merge_method: passthrough\nmodels: [{ model: b, parameters: { scale: 2 } }]\n");
        Assert.Equal(ErrorsOf(request), ErrorsOf(request.By("cuda")));
        var tolerant = request with { NonFiniteOutputs = NonFinitePolicy.Warning, Position = new SourcePosition("Models.proj", 3, 5) };
        var warnings = MergeWorkspace.Merge(tolerant.By("cuda")).Warnings;
        Assert.Equal(2, warnings.Count);
        Directory.Delete(workspace.Output, recursive: true);
        Assert.Equal(MergeWorkspace.Merge(tolerant with { StateDirectory = workspace["other"] }).Warnings, warnings);
    }

    [Fact]
    public void An_error_about_the_device_is_at_the_place_that_asks_for_it()
    {
        var position = new SourcePosition("Models.proj", 3, 5);
        var error = Assert.Single(ErrorsOf(workspace.Request(Recipe).By("cuda:5") with { Position = position }));
        Assert.Equal((DiagnosticCode.DeviceNotAvailable, position), (error.Code, error.Position));
    }

    [Theory]
    [InlineData("cuda:1", "aborted (signal 6)", "the library has aborted")]
    [InlineData("cuda:2", "killed (signal 9), as systems do when memory runs out", "nothing")]
    [InlineData("cuda:6", "aborted (signal 6)", "a mistake; tokens:'.")]
    public void A_host_that_dies_is_an_error_and_its_work_is_used_again(string device, string end, string said)
    {
        var request = workspace.Request(Recipe);
        var message = MergeErrors.Single(DiagnosticCode.DeviceHostFailed, () => MergeWorkspace.Merge(request.By(device)));
        Assert.Contains($"device {device} has failed: {end}. It said last: ", message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.InRange(CleanMerge.Work(request).TensorsToCompute, 0, device == "cuda:6" ? 4 : 3);
    }

    [Fact]
    public void What_libraries_print_does_not_get_between_the_messages()
    {
        MergeWorkspace.Merge(workspace.Request(Recipe).By("cuda:7"));
        Assert.Equal(CleanMerge.Of(workspace.Request(Recipe)), FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void A_cancelled_merge_ends_the_host_and_leaves_no_model()
    {
        using var cancellation = new CancellationTokenSource();
        var watcher = new MergeWatcher { Progress = _ => cancellation.Cancel() };
        Assert.Throws<OperationCanceledException>(() => MergeWorkspace.Merge(workspace.Request(Recipe).By("cuda:3"), watcher, cancellation.Token));
        Assert.False(Directory.Exists(workspace.Output));
        CleanMerge.Work(workspace.Request(Recipe));
    }

    [Fact]
    public void A_host_that_does_not_listen_is_killed()
    {
        using var host = HostProcess.Start(FakeHost.Assembly, TimeSpan.FromMilliseconds(50));
        host.Send(HostRequest.Of(workspace.Request(Recipe).By("cuda:4"), isPreview: false));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(workspace["reached"]), TimeSpan.FromMinutes(1)));
        host.Stop();
        while (host.Read() is not null)
        {
        }

        Assert.StartsWith("killed (signal 9)", host.WaitForEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_whose_parent_is_killed_ends_and_lets_others_go_on()
    {
        using (var parent = MergeProcess.Start())
        {
            parent.Send(workspace.Request(Recipe).By("cuda:3"));
            parent.KillWhenThereIs(workspace["reached"]);
        }

        // Waits for the folder as long as the host has it.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        MergeWorkspace.Merge(workspace.Request(Recipe), cancellation: limit.Token);
        Assert.Equal(CleanMerge.Of(workspace.Request(Recipe)), FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void A_host_with_another_engine_is_an_error_that_names_both_versions()
    {
        using var folder = new TemporaryFolder();
        var request = workspace.Request(Recipe).By("cuda") with { DeviceHost = FakeHost.CopyTo(folder) };
        folder.Write("engine-version.txt", "9.9.9");
        var message = MergeErrors.Single(DiagnosticCode.DeviceHostNotUsable, () => MergeWorkspace.Merge(request));
        Assert.Contains(
            $"MergeKit.Engine.TorchSharp 9.9.9 (format {EngineVersion.Format}), and the build runs MergeKit.Build {EngineVersion.Product} (format {EngineVersion.Format})",
            message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MergeKit.FakeDeviceHost.dll", "there is no such file")]
    [InlineData("MergeKit.FakeDeviceHost.runtimeconfig.json", "it said: ")]
    [InlineData("MergeKit.Engine.dll", "it said: ")]
    public void A_host_that_cannot_be_started_is_an_error_that_says_why(string missing, string reason)
    {
        using var folder = new TemporaryFolder();
        var request = workspace.Request(Recipe).By("cuda") with { DeviceHost = FakeHost.CopyTo(folder) };
        File.Delete(folder[missing]);
        var message = MergeErrors.Single(DiagnosticCode.DeviceHostNotUsable, () => MergeWorkspace.Merge(request));
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain("said: nothing", message, StringComparison.Ordinal);
    }

    public void Dispose() => workspace.Dispose();

    private static string DeviceOf(MergeRequest request)
    {
        var watcher = new MergeWatcher();
        MergeWorkspace.Merge(request, watcher);
        return Assert.Single(watcher.Devices);
    }

    private static IReadOnlyList<Diagnostic> ErrorsOf(MergeRequest request) =>
        Assert.Throws<MergeException>(() => MergeWorkspace.Merge(request)).Diagnostics;
}
