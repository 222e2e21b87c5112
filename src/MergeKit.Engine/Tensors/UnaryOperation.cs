namespace MergeKit.Engine.Tensors;

/// <summary>Element-wise operations on one operand.</summary>
internal enum UnaryOperation
{
    /// <summary>abs(x).</summary>
    Abs,

    /// <summary>eˣ.</summary>
    Exponential,

    /// <summary>tanh x.</summary>
    HyperbolicTangent,
}
