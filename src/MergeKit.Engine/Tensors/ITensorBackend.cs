namespace MergeKit.Engine.Tensors;

/// <summary>What computes tensors: the engine's own vector code, or a library and the devices that it finds.</summary>
internal interface ITensorBackend : IDisposable
{
    /// <summary>
    /// Library, version and device, as far as the bits of results may depend on them, and so part of fingerprints; null for the engine's own
    /// arithmetic, whose version is <see cref="EngineVersion.Format"/>.
    /// </summary>
    string? Version { get; }

    /// <summary>What computes, for people.</summary>
    string Description { get; }

    /// <summary>How the tensors of a merge are to be computed: phases run one after the other, and every tensor belongs to exactly one.</summary>
    /// <param name="request">Says how many threads and how much memory may be used.</param>
    /// <param name="cancellation">Checked before every piece.</param>
    IReadOnlyList<ComputePhase> Phases(MergeRequest request, CancellationToken cancellation);
}
