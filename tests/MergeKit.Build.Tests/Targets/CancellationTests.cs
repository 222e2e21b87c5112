using System.Diagnostics;
using System.Text;
using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class CancellationTests
{
    [Fact]
    public async Task An_interrupted_build_leaves_no_model_and_no_traces_of_one()
    {
        using var project = ProjectOfLongMerge();
        project.Run("restore").Succeeded();
        using var build = Process.Start(Interruptible(DotNet.Command(project.Folder, project.Environment, "build", "--no-restore")))!;
        var output = build.StandardOutput.ReadToEndAsync();
        while (!Directory.Exists(project.Path("bin/Debug/models/.long.partial")))
            Assert.False(build.WaitForExit(10), "The build ended before the merge began.");

        Interrupt(build);
        await build.WaitForExitAsync();

        Assert.True(build.ExitCode != 0, await output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(project.Path("bin/Debug/models")));
        Assert.False(project.Has("obj/Debug/models/long.props"));
    }

    /// <summary>Tests that run in the background of a script have SIGINT ignored, and so would their children.</summary>
    private static ProcessStartInfo Interruptible(ProcessStartInfo command)
    {
        command.ArgumentList.Insert(0, command.FileName);
        command.ArgumentList.Insert(0, "--default-signal=INT");
        command.FileName = "env";
        return command;
    }

    private static void Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>A merge that takes far longer than the test: one model of zeros, which takes no room on disk, named very often.</summary>
    private static TestProject ProjectOfLongMerge()
    {
        const int Rows = 64 * 1024;
        const int Columns = 1024;
        var project = TestProject.OfModels("""<ModelMerge Include="recipes/long.yml" />""");
        project.Write("model/config.json", """{"model_type": "llama", "num_hidden_layers": 1}""");
        var header = Encoding.UTF8.GetBytes(
            $$$"""{"model.layers.0.mlp.up_proj.weight":{"dtype":"F32","shape":[{{{Rows}}},{{{Columns}}}],"data_offsets":[0,{{{4L * Rows * Columns}}}]}}""");
        using (var file = File.Create(project.Path("model/model.safetensors")))
        {
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
            file.SetLength(8 + header.Length + (4L * Rows * Columns));
        }

        project.Write(
            "recipes/long.yml",
            "merge_method: linear\nmodels:\n" + string.Concat(Enumerable.Repeat("  - model: ../model\n", 1_000)) + "parameters:\n  weight: 1.0\n");
        return project;
    }
}
