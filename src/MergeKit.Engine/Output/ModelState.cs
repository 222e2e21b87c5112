using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>What a merge remembers of the model it wrote, so that the next one can use parts of it again and say what changed.</summary>
/// <param name="Files">The files of the model folder.</param>
internal sealed record ModelState(IReadOnlyList<FileState> Files)
{
    /// <summary>
    /// The records of a model, the newest first: of the present model, and of one that a killed merge was about to put in its place. None
    /// where they cannot be read.
    /// </summary>
    public static IReadOnlyList<ModelState> Read(MergeRequest request) =>
        [.. new[] { NextPath(request), PathOf(request) }.Select(SealedFile.TryRead<ModelState>).OfType<ModelState>().Where(state => state.Files.All(IsFile))];

    /// <summary>
    /// Keeps other merges from making the stages of a plan anew while it reads them: models that are written to different folders may have them
    /// in common. Null if the plan has none.
    /// </summary>
    /// <exception cref="MergeException">The state folder cannot be created.</exception>
    public static FolderLock? LockStages(MergePlan plan, IMergeObserver? observer, CancellationToken cancellation)
    {
        if (plan.Stages.Count == 0)
        {
            return null;
        }

        var path = Path.Combine(plan.Request.StateDirectory, "stages.lock");
        return OutputFolder.Guard(path, () =>
        {
            Directory.CreateDirectory(plan.Request.StateDirectory);
            return FolderLock.Take(path, () => observer?.Waiting(plan.Request.StateDirectory), cancellation);
        });
    }

    /// <summary>Records a model that is about to be put in its place.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system forbids it.</exception>
    public void WriteNext(MergeRequest request)
    {
        Directory.CreateDirectory(request.StateDirectory);
        SealedFile.Write(NextPath(request), this, new TemporaryNames(request.StateDirectory, TimeProvider.System));
    }

    /// <summary>The model that <see cref="WriteNext"/> recorded is in its place.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system forbids it.</exception>
    public static void Commit(MergeRequest request) => File.Move(NextPath(request), PathOf(request), overwrite: true);

    /// <summary>Whether an entry has everything that is asked of it, which its types alone do not say.</summary>
    private static bool IsFile(FileState? file) =>
        file is not null
        && Path.GetFileName(file.Name) == file.Name
        && (file.Shard is null || file.Shard.Tensors.All(tensor => tensor is not null && tensor.Fingerprint.HasDistinctKinds));

    private static string PathOf(MergeRequest request) => Path.Combine(request.StateDirectory, "state.json");

    private static string NextPath(MergeRequest request) => Path.Combine(request.StateDirectory, "state.next.json");
}
