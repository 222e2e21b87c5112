namespace MergeKit.Engine.Tensors;

/// <summary>Element-wise operations on a tensor and a number.</summary>
internal enum ScalarOperation
{
    /// <summary>x · c.</summary>
    Multiply,

    /// <summary>x + c.</summary>
    Add,

    /// <summary>c / x.</summary>
    DivideInto,

    /// <summary>The larger of x and c.</summary>
    Max,

    /// <summary>The smaller of x and c.</summary>
    Min,

    /// <summary>1 where x &gt; c, else 0.</summary>
    IsAbove,

    /// <summary>1 where x ≥ c, else 0.</summary>
    IsAtLeast,

    /// <summary>x, or 1 where abs(x) ≤ c.</summary>
    OneWhereWithin,
}
