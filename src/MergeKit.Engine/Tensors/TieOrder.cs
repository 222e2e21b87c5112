namespace MergeKit.Engine.Tensors;

/// <summary>Which of several equal magnitudes are selected first.</summary>
internal enum TieOrder
{
    /// <summary>Those with the lowest flat index: the order of a stable descending sort.</summary>
    LowestIndexFirst,

    /// <summary>Those with the highest flat index: the upper end of a stable ascending sort.</summary>
    HighestIndexFirst,
}
