using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Output;

/// <summary>What the merges of one recipe, final and stages, have in common while they are made.</summary>
internal sealed class MergeSession
{
    private readonly HashSet<MergePlan> made = [];
    private readonly List<Diagnostic> warnings = [];

    /// <summary>Reads the inputs whose digests are not remembered.</summary>
    /// <param name="plan">The final merge.</param>
    /// <param name="backend">Computes the tensors.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="cancellation">Stops the merge.</param>
    public MergeSession(MergePlan plan, ITensorBackend backend, IMergeObserver? observer, CancellationToken cancellation)
    {
        Backend = backend;
        Observer = observer;
        Cancellation = cancellation;
        Memory = MemoryOf(plan.Request);
        Cache = plan.Request.CacheDirectory is { } directory ? UserCache.ShardsIn(directory, plan.Request.CacheSize, Warn) : null;
        Checkpoints = ReadInputs(plan);
        Digests = new RememberedDigests(Checkpoints, backend.Version);
    }

    /// <summary>Computes the tensors.</summary>
    public ITensorBackend Backend { get; }

    public IMergeObserver? Observer { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>Digests of files, known from earlier merges or from this one.</summary>
    public DigestMemory Memory { get; }

    /// <summary>The store of finished weights; null to do without.</summary>
    public ShardCache? Cache { get; }

    /// <summary>What there is to say about cache and stages.</summary>
    public IReadOnlyList<Diagnostic> Warnings => warnings;

    /// <summary>Digests of the files with the inputs' tensors, by full path.</summary>
    public IReadOnlyDictionary<string, CheckpointDigest> Checkpoints { get; }

    /// <summary>Digests of the inputs' tensors.</summary>
    public IContentDigests Digests { get; }

    /// <summary>Where a request's digests are remembered.</summary>
    public static DigestMemory MemoryOf(MergeRequest request) => UserCache.DigestsIn(request.CacheDirectory ?? request.StateDirectory);

    /// <summary>SHA-256 of a file.</summary>
    public string DigestOf(string path) => Checkpoints.TryGetValue(path, out var digest) ? digest.Sha256 : Memory.FileDigest(path, null, Cancellation);

    /// <summary>Makes sure that the open weights are what their digests say.</summary>
    /// <exception cref="MergeException">A file was written to meanwhile.</exception>
    public static void RequireUnchangedWeights(MergePlan plan)
    {
        foreach (var model in plan.Models.All)
        {
            model.Source.RequireUnchanged();
        }
    }

    /// <summary>Keeps something to say for the end.</summary>
    public void Warn(Diagnostic warning) => warnings.Add(warning);

    /// <summary>Makes a stage, unless this session has made it.</summary>
    public void Make(MergePlan stage)
    {
        if (made.Add(stage))
        {
            warnings.AddRange(ModelWriter.Write(stage, this).Warnings);
        }
    }

    private IReadOnlyDictionary<string, CheckpointDigest> ReadInputs(MergePlan plan)
    {
        var files = plan.WeightsFolders.SelectMany(folder => folder.WeightFiles).ToList();
        var done = 0L;

        // Only needed where something is read.
        var total = new Lazy<long>(() => files.Where(file => Memory.Find(file.Path) is null).Sum(file => file.File.Length));
        return Memory.Get(files, plan.Request.EffectiveThreads, count => Observer?.Report(new MergeProgress(MergePhase.ReadingInputs, 0, 0, Interlocked.Add(ref done, count), total.Value)), Cancellation);
    }
}
