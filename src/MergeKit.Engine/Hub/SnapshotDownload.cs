using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Hub;

/// <summary>
/// Downloads what is needed of a commit. Weights come last, so that a snapshot with weights has everything; what an interrupted download
/// has finished stays among the blobs.
/// </summary>
/// <param name="settings">The hub and the cache.</param>
/// <param name="client">Asks the hub.</param>
/// <param name="downloader">Downloads files.</param>
/// <param name="name">The repository.</param>
/// <param name="content">What it is used as.</param>
/// <param name="observer">Is told of progress, waits and retries.</param>
internal sealed class SnapshotDownload(HubSettings settings, HubClient client, FileDownloader downloader, string name, HubContent content, IDownloadObserver? observer)
{
    private const int FilesAtOnce = 8;

    private readonly HubRepository repository = new(settings, name);

    /// <summary>Downloads the files of a revision that are not here yet.</summary>
    /// <param name="revision">Branch, tag or commit; null for the default branch.</param>
    /// <param name="cancellation">Ends the download; what came is kept for the next.</param>
    /// <returns>The commit.</returns>
    /// <exception cref="MergeException">The hub does not have or not give what is needed, or it cannot be written.</exception>
    public async Task<string> RunAsync(string? revision, CancellationToken cancellation)
    {
        var model = await client.FindAsync(name, revision, observer, cancellation);
        if (content == HubContent.Model)
        {
            ForeignWeights.RefuseGguf(name, model.Files);
            QuantizedWeights.RefuseFiles(name, model.Files);
        }

        var weights = HubFiles.Weights(model.Files, content, $"{name}@{model.Commit}");
        if (weights is null && content != HubContent.Tokenizer)
        {
            throw Lacking(model, "weights as safetensors or pytorch_model.bin");
        }

        if (HubFiles.Configuration(content) is { } configuration && !model.Files.Contains(configuration))
        {
            throw Lacking(model, configuration);
        }

        UserCache.ListingsIn(settings.NotesDirectory).Remember(name, model);
        var snapshot = new SnapshotWriter(settings, repository, model.Commit);
        var companions = model.Files.Where(file => HubFiles.IsCompanion(file, content)).ToList();
        await FetchAsync(snapshot, model.Commit, weights?.Index is { } index ? [.. companions, index] : companions, cancellation);
        if (content == HubContent.Model)
        {
            // Before gigabytes are fetched that cannot be merged.
            _ = Float8Quantization.Of(repository.SnapshotFolder(model.Commit), name);
        }

        await FetchAsync(snapshot, model.Commit, FilesOf(weights, snapshot), cancellation);
        if (revision is null || !HubCommit.Is(revision))
        {
            snapshot.PointFrom(revision ?? HubRepository.DefaultRevision);
        }

        return model.Commit;
    }

    private MergeException Lacking(HubModel model, string what) => new(DiagnosticCode.HubFilesMissing, null, name, model.Commit, what);

    private static IReadOnlyList<string> FilesOf(WeightChoice? weights, SnapshotWriter snapshot) =>
        weights?.Index is { } index ? [.. CheckpointIndex.Read(snapshot.PathOf(index)).Shards] : weights?.Files ?? [];

    private async Task FetchAsync(SnapshotWriter snapshot, string commit, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var missing = names.Where(file => !SnapshotFile.Exists(snapshot.PathOf(file))).ToList();
        var files = new HubFile[missing.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, missing.Count),
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation },
            async (index, token) => files[index] = await client.InspectAsync(name, commit, missing[index], observer, token));

        var contents = files.GroupBy(file => file.ETag, StringComparer.Ordinal).ToList();
        DownloadRequest[] requests = [.. contents.Select(group => group.First()).Where(file => !IsHere(file)).Select(file => Request(file, commit))];
        await downloader.DownloadAllAsync(requests, FilesAtOnce, observer, cancellation);
        foreach (var group in contents)
        {
            snapshot.Place(group.Key, [.. group.Select(file => file.Name)]);
        }
    }

    /// <summary>Blobs get their name when they are complete.</summary>
    private bool IsHere(HubFile file) => new FileInfo(repository.Blob(file.ETag)) is { Exists: true } blob && blob.Length == (file.Size ?? blob.Length);

    private DownloadRequest Request(HubFile file, string commit) => new(client.AddressOf(name, commit, file.Name), repository.Blob(file.ETag))
    {
        Size = file.Size,
        Sha256 = file.Sha256,
        GitBlobId = file.GitBlobId,
        Token = client.Token,
        PartialPath = repository.Blob(file.ETag) + ".incomplete",
        LockPath = repository.Lock(file.ETag),
    };
}
