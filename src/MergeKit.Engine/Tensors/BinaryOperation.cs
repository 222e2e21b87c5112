namespace MergeKit.Engine.Tensors;

/// <summary>Element-wise operations on two operands.</summary>
internal enum BinaryOperation
{
    /// <summary>x + y.</summary>
    Add,

    /// <summary>x − y.</summary>
    Subtract,

    /// <summary>x · y.</summary>
    Multiply,

    /// <summary>x / y.</summary>
    Divide,

    /// <summary>x where y ≠ 0, else 0.</summary>
    Where,

    /// <summary>1 where (x &gt; 0 and y ≥ 0) or (x &lt; 0 and y &lt; 0), NaN where x or y is NaN so that it shows in the result, else 0.</summary>
    AgreesInSign,
}
