namespace MergeKit.Engine.Tensors;

/// <summary>Element-wise operations on one operand.</summary>
internal enum UnaryOperation
{
    /// <summary>abs(x).</summary>
    Abs,

    /// <summary>x, or 1 where abs(x) &lt; 1e-8.</summary>
    OneWhereZero,

    /// <summary>eˣ.</summary>
    Exponential,

    /// <summary>tanh x.</summary>
    HyperbolicTangent,
}
