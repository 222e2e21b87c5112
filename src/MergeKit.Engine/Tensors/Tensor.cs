using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors;

/// <summary>
/// A lazy float32 tensor: an immutable expression over checkpoint tensors. Operators build larger expressions; nothing is read or
/// computed until a reduction or the final write runs the expression in tiles. All operands of an expression have one element count.
/// </summary>
internal abstract class Tensor(TensorShape shape, params Tensor[] operands)
{
    /// <summary>Dimensions of the value.</summary>
    public TensorShape Shape { get; } = shape;

    /// <summary>The expressions this one is computed from.</summary>
    public IReadOnlyList<Tensor> Operands { get; } = operands;

    public static Tensor operator +(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Add, x, y);

    public static Tensor operator -(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Subtract, x, y);

    public static Tensor operator *(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Multiply, x, y);

    public static Tensor operator /(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Divide, x, y);

    public static Tensor operator *(double factor, Tensor x) => factor == 1 ? x : new ScaledTensor(x, (float)factor);

    /// <summary>Σ factor·x, added in the given order.</summary>
    public static Tensor Sum(IEnumerable<(double Factor, Tensor X)> terms) =>
        terms.Aggregate((Tensor?)null, (sum, term) => sum is null ? term.Factor * term.X : new AddScaledTensor(sum, term.X, (float)term.Factor))
        ?? throw new ArgumentException("A sum needs at least one term.", nameof(terms));

    /// <summary>Σ x, added in the given order.</summary>
    public static Tensor Sum(IEnumerable<Tensor> terms) => Sum(terms.Select(x => (1.0, x)));

    /// <summary>This value where <paramref name="mask"/> is not zero, else zero.</summary>
    public Tensor Where(Tensor mask) => new BinaryTensor(BinaryOperation.Where, this, mask);

    /// <summary>1 where the sign of this value is the sign of <paramref name="other"/>, whose zeros count as positive; zeros of this value agree with nothing.</summary>
    public Tensor AgreesInSignWith(Tensor other) => new BinaryTensor(BinaryOperation.AgreesInSign, this, other);

    /// <summary>This value, or 1 where its magnitude is below 1e-8: makes a sum of weights safe to divide by.</summary>
    public Tensor OneWhereZero() => new UnaryTensor(UnaryOperation.OneWhereZero, this);
}
