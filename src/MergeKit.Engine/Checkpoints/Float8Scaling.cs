namespace MergeKit.Engine.Checkpoints;

/// <summary>How many elements of a float8 tensor share a scale.</summary>
internal enum Float8Scaling
{
    /// <summary>All.</summary>
    Tensor,

    /// <summary>Those of a row, which is an output channel.</summary>
    Row,

    /// <summary>Those of a block of rows and columns.</summary>
    Block,
}
