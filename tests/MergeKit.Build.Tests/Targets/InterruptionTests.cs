using System.Diagnostics;
using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>Builds that are killed, fail or meet each other: what stands in a model's folder is whole, and the next build ends with the right bytes.</summary>
public class InterruptionTests
{
    private const string Models = "bin/Debug/models";
    private const string OwnCache = "<ModelMergeCacheDirectory>cache</ModelMergeCacheDirectory>";

    [Fact]
    public void After_any_number_of_kills_a_build_ends_with_the_right_bytes_and_uses_what_was_done()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/noise.yml" />""", OwnCache + "<ModelMergeShardSize>10M</ModelMergeShardSize>");
        foreach (var (name, seed) in new[] { ("base", 1), ("chat", 2), ("math", 3) })
            NoiseModel.Write(project, name, seed);
        project.Run("restore").Succeeded();
        IReadOnlyDictionary<string, string> former = new Dictionary<string, string>();
        var random = new Random(11);
        foreach (var weight in new[] { "0.5", "0.75" })
        {
            project.Write("recipes/noise.yml", Ties(weight));
            for (var kill = 0; kill < 4; kill++)
            {
                Kill(project, TensorsDone(project) + random.Next(8));
                Assert.Equal(former, Directory.Exists(project.Path(Models + "/noise")) ? project.Contents(Models + "/noise") : new Dictionary<string, string>());
            }

            var done = TensorsDone(project);
            var work = Assert.Single(project.Build("--no-restore").Succeeded().Work);
            Assert.InRange(work.Computed, 0, NoiseModel.TensorCount - done);
            former = project.Contents(Models + "/noise");
            Assert.Equal(project.CleanContents(Models + "/noise"), former);
            Assert.Equal(["noise"], Directory.EnumerateFileSystemEntries(project.Path(Models)).Select(Path.GetFileName));
            Assert.Empty(project.Build("--no-restore").Succeeded().Merged);
        }
    }

    [Fact]
    public void Two_builds_of_one_project_both_succeed_and_merge_once()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""", OwnCache);
        project.Run("restore").Succeeded();
        Directory.CreateDirectory(project.Path(Models));
        Build[] builds;

        // The test is a third build, which keeps both waiting until both are there.
        using (new FileStream(project.Path(Models + "/.chat.lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            builds = [Start(project), Start(project)];
            foreach (var build in builds)
                build.ReadUntil("waiting for it");
        }

        var results = builds.Select(build => build.Finish().Succeeded()).ToList();

        Assert.Equal([0, 39], results.Select(result => Assert.Single(result.Work).Computed).Order());
        Assert.Equal(project.CleanContents(Models), project.Contents(Models));
        Assert.Equal(["chat"], Directory.EnumerateFileSystemEntries(project.Path(Models)).Select(Path.GetFileName));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_merge_that_fails_keeps_the_old_model_and_the_next_build_completes_it()
    {
        const string Good = "merge_method: linear\nmodels:\n  - model: ../../models/adder\n    parameters: {weight: 1}\nparameters: {normalize: false}\ndtype: float32\nout_dtype: float16\n";
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" />""", OwnCache);
        project.Write("recipes/chat.yml", Good);
        project.Build().Succeeded();
        var former = project.Contents(Models + "/chat");
        var record = File.ReadAllText(project.Path("obj/Debug/models/chat.props"));

        project.Write("recipes/chat.yml", Good.Replace("weight: 1", "weight: 1e30", StringComparison.Ordinal));
        project.Write("recipes/math.yml", Recipe.Linear("reverser", "sorter"));
        var failed = project.Build().Failed();

        Assert.True(failed.Says("error MK5013"), failed.Output);
        Assert.Equal(["math"], failed.Merged);
        Assert.Equal(former, project.Contents(Models + "/chat"));
        Assert.Equal(record, File.ReadAllText(project.Path("obj/Debug/models/chat.props")));

        project.Write("recipes/chat.yml", Good.Replace("weight: 1", "weight: 2", StringComparison.Ordinal));
        var completed = project.Build().Succeeded();

        Assert.Equal([new("chat", 39, 39, "weight of ../../models/adder 1 → 2")], completed.Work);
        Assert.Equal(project.CleanContents(Models), project.Contents(Models));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    private static string Ties(string weight) =>
        $"merge_method: ties\nbase_model: ../base\nmodels:\n  - model: ../chat\n    parameters: {{weight: {weight}, density: 0.5}}\n  - model: ../math\n    parameters: {{weight: 0.5, density: 0.5}}\ndtype: float32\n";

    /// <summary>Starts a build and kills it, and all its processes, when it has finished a number of tensors.</summary>
    private static void Kill(TestProject project, int tensors)
    {
        var build = Start(project);
        while (!Directory.Exists(project.Path(Models + "/.noise.partial")) || TensorsDone(project) < tensors)
        {
            if (build.Process.WaitForExit(1))
                break;
        }

        build.Process.Kill(entireProcessTree: true);
        Assert.True(build.Finish().ExitCode != 0, "The build ended before it was killed.");
    }

    /// <summary>Tensors that an interrupted merge has left to the next one; none before it has a list of them.</summary>
    private static int TensorsDone(TestProject project)
    {
        try
        {
            return File.ReadLines(project.Path(Models + "/.noise.journal")).Count(line => line.StartsWith("done ", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static Build Start(TestProject project) =>
        new(Process.Start(DotNet.Command(project.Folder, project.Environment, "build", "--no-restore"))!);

    /// <summary>A build that runs while the test goes on.</summary>
    private sealed class Build(Process process)
    {
        private readonly Task<string> errors = process.StandardError.ReadToEndAsync();
        private string read = "";

        public Process Process => process;

        /// <summary>Waits until the build has printed a text, or has ended.</summary>
        public void ReadUntil(string text)
        {
            while (!read.Contains(text, StringComparison.Ordinal) && process.StandardOutput.ReadLine() is { } line)
                read += line + "\n";
        }

        public BuildResult Finish()
        {
            using (process)
            {
                read += process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                return new BuildResult(process.ExitCode, read + errors.Result);
            }
        }
    }
}
