namespace MergeKit.Engine;

/// <summary>What a running merge is at.</summary>
public enum MergePhase
{
    /// <summary>Reads inputs whose digests it does not remember.</summary>
    ReadingInputs,

    /// <summary>Computes and writes tensors.</summary>
    Writing,
}
