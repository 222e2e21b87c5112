using System.Text.Json;

namespace MergeKit.Engine.Output;

/// <summary>What a merge remembers of the model it wrote, so that the next one can use parts of it again and say what changed.</summary>
/// <param name="Format">Version of this record.</param>
/// <param name="Files">The files of the model folder.</param>
internal sealed record ModelState(int Format, IReadOnlyList<FileState> Files)
{
    private const int CurrentFormat = 1;

    /// <summary>The record of a model as it is now.</summary>
    public static ModelState Of(IEnumerable<FileState> files) => new(CurrentFormat, [.. files]);

    /// <summary>
    /// The records of a model, the newest first: of the present model, and of one that a killed merge was about to put in its place. None
    /// where they cannot be read.
    /// </summary>
    public static IReadOnlyList<ModelState> Read(MergeRequest request) =>
        [.. new[] { NextPath(request), PathOf(request) }.Select(TryRead).OfType<ModelState>()];

    /// <summary>Records a model that is about to be put in its place.</summary>
    public void WriteNext(MergeRequest request)
    {
        var path = NextPath(request);
        OutputFolder.Guard(path, () =>
        {
            Directory.CreateDirectory(request.StateDirectory);
            using var stream = File.Create(path);
            JsonSerializer.Serialize(stream, this);
            stream.Flush(flushToDisk: true);
            return true;
        });
    }

    /// <summary>The model that <see cref="WriteNext"/> recorded is in its place.</summary>
    public static void Commit(MergeRequest request) => OutputFolder.Guard(PathOf(request), () =>
    {
        File.Move(NextPath(request), PathOf(request), overwrite: true);
        return true;
    });

    private static string PathOf(MergeRequest request) => Path.Combine(request.StateDirectory, "state.json");

    private static string NextPath(MergeRequest request) => Path.Combine(request.StateDirectory, "state.next.json");

    private static ModelState? TryRead(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var state = JsonSerializer.Deserialize<ModelState>(stream);
            return state is { Format: CurrentFormat, Files: not null } ? state : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
