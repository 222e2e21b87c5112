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

    /// <summary>Whether the expression can only be evaluated for whole rows along the last axis.</summary>
    public virtual bool NeedsRows => false;

    public static Tensor operator +(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Add, x, y);

    public static Tensor operator -(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Subtract, x, y);

    public static Tensor operator *(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Multiply, x, y);

    public static Tensor operator /(Tensor x, Tensor y) => new BinaryTensor(BinaryOperation.Divide, x, y);

    public static Tensor operator *(double factor, Tensor x) => factor == 1 ? x : new ScalarTensor(ScalarOperation.Multiply, x, (float)factor);

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

    /// <summary>x, or 1 where abs(x) ≤ c: makes a sum that may cancel out safe to divide by.</summary>
    public Tensor OneWhereWithin(double value) => new ScalarTensor(ScalarOperation.OneWhereWithin, this, (float)value);

    /// <summary>abs(x).</summary>
    public Tensor Abs() => new UnaryTensor(UnaryOperation.Abs, this);

    /// <summary>eˣ; exponents beyond ±87 count as ±87.</summary>
    public Tensor Exp() => new UnaryTensor(UnaryOperation.Exponential, this);

    /// <summary>tanh x.</summary>
    public Tensor Tanh() => new UnaryTensor(UnaryOperation.HyperbolicTangent, this);

    /// <summary>x + c.</summary>
    public Tensor Plus(double value) => new ScalarTensor(ScalarOperation.Add, this, (float)value);

    /// <summary>c / x.</summary>
    public Tensor DivideInto(double value) => new ScalarTensor(ScalarOperation.DivideInto, this, (float)value);

    /// <summary>The larger of x and c.</summary>
    public Tensor AtLeast(double value) => new ScalarTensor(ScalarOperation.Max, this, (float)value);

    /// <summary>The smaller of x and c.</summary>
    public Tensor AtMost(double value) => new ScalarTensor(ScalarOperation.Min, this, (float)value);

    /// <summary>1 where x &gt; c, else 0.</summary>
    public Tensor IsAbove(double value) => new ScalarTensor(ScalarOperation.IsAbove, this, (float)value);

    /// <summary>1 where x ≥ c, else 0.</summary>
    public Tensor IsAtLeast(double value) => new ScalarTensor(ScalarOperation.IsAtLeast, this, (float)value);

    /// <summary>Every vector along an axis times its own factor.</summary>
    public Tensor Scale(IReadOnlyList<double> factors, TensorAxis axis) =>
        factors.Count == 1 ? factors[0] * this : new AxisScaledTensor(this, [.. factors.Select(factor => (float)factor)], axis);
}
