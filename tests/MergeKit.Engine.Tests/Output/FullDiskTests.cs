using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A disk that becomes full at any moment of a merge ends it with an error that names the place; the model of before stays whole.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const long DiskBytes = 4 << 20;
    private const long PageBytes = 4096;
    private static readonly string Other = SmallModels.Linear.Replace("0.6", "0.7", StringComparison.Ordinal);

    private readonly MergeWorkspace workspace = new();

    public FullDiskTests()
    {
        SmallModels.Write(workspace);
        FileStamps.Age(workspace.Path);
        Directory.CreateDirectory(workspace["disk"]);
    }

    /// <summary>Room that is left on the disk: none, too little for the weights, and every page around what a merge needs.</summary>
    private static IEnumerable<long> Rooms =>
        new long[] { 0, 1, 2, 3, 4, 6, 8, 16, 30, 50 }.Concat(Enumerable.Range(68, 24).Select(pages => (long)pages)).Select(pages => pages * PageBytes);

    [MountFact]
    public void A_full_disk_is_an_error_that_leaves_the_previous_model_and_passes_with_room()
    {
        using var process = MergeProcess.StartWithDisk(workspace["disk"], DiskBytes);
        var (request, changed) = (Request(SmallModels.Linear), Request(Other));
        var (expected, expectedChanged) = (CleanMerge.Of(request), CleanMerge.Of(changed));
        var output = process.View(request.OutputDirectory);
        var failures = 0;
        foreach (var room in Rooms)
        {
            Assert.Equal("", process.Merge(request));
            Assert.Equal(expected, FolderContent.Of(output));
            Fill(process, room);
            var answer = process.Merge(changed);
            failures += answer.Length == 0 ? 0 : 1;
            Assert.True(answer.Length == 0 || (answer.Contains("MK5001", StringComparison.Ordinal) && answer.Contains($"'{workspace["disk"]}/", StringComparison.Ordinal)), answer);
            Assert.Equal(answer.Length == 0 ? expectedChanged : expected, FolderContent.Of(output));
            File.Delete(process.View(workspace["disk/ballast"]));
            Assert.Equal("", process.Merge(changed));
            Assert.Equal(expectedChanged, FolderContent.Of(output));
        }

        Assert.InRange(failures, 10, Rooms.Count() - 1);
    }

    [MountFact]
    public void A_full_disk_of_cache_and_records_is_a_warning()
    {
        using var process = MergeProcess.StartWithDisk(workspace["disk"], DiskBytes);
        var requests = new[] { SmallModels.Linear, Other }.Select(recipe => workspace.Request(recipe) with { StateDirectory = workspace["disk/state"], CacheDirectory = workspace["disk/cache"] }).ToList();
        var expected = requests.ConvertAll(CleanMerge.Of);
        var warnings = new HashSet<string>();
        foreach (var (i, room) in Rooms.Index())
        {
            Fill(process, room);
            warnings.Add(process.Merge(requests[i % 2]));
            Assert.Equal(expected[i % 2], FolderContent.Of(workspace.Output));
            File.Delete(process.View(workspace["disk/ballast"]));
        }

        Assert.Contains(warnings, warning => warning.Contains("MK6003", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("MK6004", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, warning => warning.Contains("error", StringComparison.Ordinal));
    }

    public void Dispose() => workspace.Dispose();

    private MergeRequest Request(string recipe) => workspace.Request(recipe) with { OutputDirectory = workspace["disk/models/out"] };

    private void Fill(MergeProcess process, long room)
    {
        var disk = process.View(workspace["disk"]);
        var free = new DriveInfo(disk).AvailableFreeSpace;
        File.WriteAllBytes(Path.Combine(disk, "ballast"), new byte[Math.Max(free - room, 0)]);
        Assert.Equal(Math.Min(room, free), new DriveInfo(disk).AvailableFreeSpace);
    }
}
