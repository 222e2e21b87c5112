using System.Buffers.Binary;
using System.Globalization;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>The next merge uses what an interrupted one has finished, and nothing that it has not, or that may not be on the disk.</summary>
public sealed class UnfinishedMergeTests : IDisposable
{
    private const byte Garbage = 0xAB;
    private const string OtherBoot = "boot 00000000-0000-0000-0000-000000000000";
    private static readonly string Other = SmallModels.Linear.Replace("0.6", "0.7", StringComparison.Ordinal);

    private readonly MergeWorkspace workspace = new();
    private readonly IReadOnlyList<string> clean;
    private readonly IReadOnlyList<string> cleanOther;

    public UnfinishedMergeTests()
    {
        SmallModels.Write(workspace);
        FileStamps.Age(workspace.Path);
        clean = CleanMerge.Of(Request());
        cleanOther = CleanMerge.Of(Request(Other));
    }

    private string Journal => workspace["models/.out.journal"];

    private string Staging => workspace["models/.out.partial"];

    private MergeRequest Request(string recipe = SmallModels.Linear) =>
        workspace.Request(recipe) with { ShardSize = SmallModels.TensorBytes * 3, Threads = 1 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_an_interruption_anywhere_exactly_what_was_not_finished_is_computed(bool hasPrevious)
    {
        var reports = 1;
        while (true)
        {
            Reset(hasPrevious);
            if (!Interruption.After(reports, Request()))
            {
                break;
            }

            Assert.Equal(hasPrevious, Directory.Exists(workspace.Output));
            Assert.True(!hasPrevious || cleanOther.SequenceEqual(FolderContent.Of(workspace.Output)));
            Assert.Equal(12 - ((reports + 1) / 2), MergeWorkspace.Work(Request()).TensorsToCompute);
            AssertMerged(clean);
            reports++;
        }

        Assert.Equal(25, reports);
    }

    [Fact]
    public void Merges_of_different_recipes_that_are_interrupted_in_turn_do_not_mix()
    {
        for (var reports = 2; reports <= 24; reports += 3)
        {
            Interruption.After(reports, Request());
            Interruption.After(26 - reports, Request(Other));
            Interruption.After(reports, Request() with { ShardSize = 5 * SmallModels.TensorBytes });
            MergeWorkspace.Merge(Request(Other));
            AssertMerged(cleanOther);
            Interruption.After(reports, Request());
            Interruption.After(reports / 2, Request());
            MergeWorkspace.Merge(Request());
            AssertMerged(clean);
        }
    }

    [Fact]
    public void Of_a_journal_only_what_it_says_is_believed()
    {
        var lines = Interrupt();
        for (var count = 0; count <= lines.Length; count++)
        {
            AssertTrusted(string.Concat(lines[..count]), Finished(lines[..count]));
            if (count < lines.Length)
            {
                AssertTrusted(string.Concat(lines[..count]) + lines[count][..(lines[count].Length / 2)], Finished(lines[..count]));
            }
        }
    }

    [Fact]
    public void After_a_power_loss_only_what_was_flushed_is_believed()
    {
        var lines = Interrupt();
        lines[0] = OtherBoot + "\n";
        AssertTrusted(string.Concat(lines), []);
        for (var count = 1; count <= lines.Length; count += 2)
        {
            var flushed = string.Concat(lines[..count]);
            AssertTrusted($"{string.Concat(lines)}flushed {flushed.Length}\n", Finished(lines[..count]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("done\n")]
    [InlineData("flushed -5\n")]
    [InlineData("flushed 99999999999999999999\n")]
    [InlineData("flushed x\n")]
    [InlineData("done x y z model-00001-of-00004.safetensors\n")]
    [InlineData("done x 8 finite,agree, elsewhere.safetensors\n")]
    [InlineData(OtherBoot + "\nflushed -5\n")]
    [InlineData(OtherBoot + "\nflushed 1000000\n")]
    public void A_journal_of_anything_else_is_no_journal(string text)
    {
        Interrupt();
        AssertTrusted(text, []);
    }

    [Fact]
    public void What_a_journal_says_of_inputs_that_there_are_not_is_not_believed()
    {
        var lines = Interrupt();
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = lines[i].Replace("finite,agree,", "finite,agree,2", StringComparison.Ordinal);
        }

        AssertTrusted(string.Concat(lines), []);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void What_was_made_of_an_input_that_changed_meanwhile_is_not_used_when_the_input_is_back(string model)
    {
        var path = workspace[$"{model}/model.safetensors"];
        var original = File.ReadAllBytes(path);
        for (var at = 1; at <= 21; at += 4)
        {
            var reports = 0;
            MergeErrors.Single(DiagnosticCode.FileChangedWhileRead, () => MergeWorkspace.Merge(Request(), _ =>
            {
                if (++reports == at)
                {
                    FileStamps.Edit(path, bytes => bytes.AsSpan(bytes.Length / 10).Clear());
                }
            }));
            FileStamps.Edit(path, bytes => original.CopyTo(bytes, 0));
            MergeWorkspace.Merge(Request());
            AssertMerged(clean);
            Reset(hasPrevious: false);
        }
    }

    [Fact]
    public void What_a_killed_merge_fetched_from_the_cache_does_not_get_into_another_model()
    {
        workspace.Write("models/.out.partial/model-00001-of-00004.safetensors.fetched", "weights");
        workspace.Write("models/.out.partial/model-00003-of-00004.safetensors.fetched/a", "folder");
        var request = Request() with { CacheDirectory = workspace["cache"], ShardSize = 12 * SmallModels.TensorBytes };
        CleanMerge.Work(request);
        Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
        workspace.Write("models/.out.partial/model-00001-of-00004.safetensors.fetched", "weights");
        workspace.Write("models/.out.partial/model-00003-of-00004.safetensors.fetched/a", "folder");
        CleanMerge.Work(request with { ShardSize = 3 * SmallModels.TensorBytes });
    }

    [Fact]
    public void A_model_of_which_a_kill_left_half_is_not_put_back()
    {
        MergeWorkspace.Merge(Request(Other));
        Directory.Move(workspace.Output, workspace["models/.out.discarded"]);
        File.Delete(workspace["models/.out.discarded/model-00001-of-00004.safetensors"]);
        Interruption.After(3, Request());
        Assert.False(Directory.Exists(workspace.Output));
        MergeWorkspace.Merge(Request());
        AssertMerged(clean);
    }

    [Fact]
    public void A_model_that_a_killed_merge_moved_aside_stays_while_files_are_in_its_place()
    {
        MergeWorkspace.Merge(Request());
        Directory.Move(workspace.Output, workspace["models/.out.previous"]);
        workspace.Write("models/out/notes.txt", "mine");
        MergeErrors.Single(DiagnosticCode.OutputFolderForeign, () => MergeWorkspace.Merge(Request()));
        Assert.Equal(clean, FolderContent.Of(workspace["models/.out.previous"]));
        Directory.Delete(workspace.Output, recursive: true);
        Assert.Equal(0, MergeWorkspace.Work(Request()).TensorsToCompute);
        AssertMerged(clean);
    }

    public void Dispose() => workspace.Dispose();

    private static List<(string File, int Offset)> Finished(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.TrimEnd('\n').Split(' ', 5)).Where(words => words[0] == "done").Select(words => (words[4], int.Parse(words[2], CultureInfo.InvariantCulture)))];

    private void AssertMerged(IReadOnlyList<string> expected)
    {
        Assert.Equal(expected, FolderContent.Of(workspace.Output));
        Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
    }

    private void Reset(bool hasPrevious)
    {
        foreach (var name in new[] { "models", "state" }.Where(name => Directory.Exists(workspace[name])))
        {
            Directory.Delete(workspace[name], recursive: true);
        }

        if (hasPrevious)
        {
            MergeWorkspace.Merge(Request(Other));
        }
    }

    /// <summary>Leaves 10 finished tensors; gives the lines of their journal.</summary>
    private string[] Interrupt()
    {
        Assert.True(Interruption.After(20, Request()));
        Directory.Move(workspace["models"], workspace["left"]);
        var lines = File.ReadAllText(workspace["left/.out.journal"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line + "\n").ToArray();
        Assert.Equal(10, Finished(lines).Count);
        return lines;
    }

    /// <summary>Asserts that a merge uses exactly these tensors of what was left; everything else in the files is garbage.</summary>
    private void AssertTrusted(string journal, List<(string File, int Offset)> trusted)
    {
        Reset(hasPrevious: false);
        Directory.CreateDirectory(Staging);
        foreach (var path in Directory.GetFiles(workspace["left/.out.partial"]))
        {
            var bytes = File.ReadAllBytes(path);
            var left = bytes.ToArray();
            bytes.AsSpan(sizeof(ulong) + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes)).Fill(Garbage);
            foreach (var (_, offset) in trusted.Where(tensor => tensor.File == Path.GetFileName(path)))
            {
                left.AsSpan(offset, (int)SmallModels.TensorBytes).CopyTo(bytes.AsSpan(offset));
            }

            File.WriteAllBytes(Path.Combine(Staging, Path.GetFileName(path)), bytes);
        }

        File.WriteAllText(Journal, journal);
        Assert.Equal(12 - trusted.Count, MergeWorkspace.Work(Request()).TensorsToCompute);
        AssertMerged(clean);
    }
}
