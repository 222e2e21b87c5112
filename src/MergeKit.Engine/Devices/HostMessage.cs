using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Devices;

/// <summary>What a device host says: a line on its standard output in which one of the properties is set. The last line is a result or a failure.</summary>
internal sealed record HostMessage
{
    /// <summary>The first message: the host runs, with this engine.</summary>
    public EngineIdentity? Engine { get; init; }

    /// <summary>What computes, for people.</summary>
    public string? Device { get; init; }

    /// <summary>The model folder for whose other writer the merge waits.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>What has to be done.</summary>
    public MergeWork? Starting { get; init; }

    /// <summary>How far the merge is.</summary>
    public MergeProgress? Progress { get; init; }

    /// <summary>The merge is made.</summary>
    public MergeResult? Result { get; init; }

    /// <summary>The answer to a preview.</summary>
    public IReadOnlyList<MergeWork>? Preview { get; init; }

    /// <summary>The merge cannot be made: errors, and warnings found before them.</summary>
    public IReadOnlyList<Diagnostic>? Failure { get; init; }

    /// <summary>Whether nothing follows that matters.</summary>
    public bool IsLast() => Result is not null || Preview is not null || Failure is not null;
}
