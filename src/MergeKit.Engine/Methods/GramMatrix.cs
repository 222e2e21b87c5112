using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Inner products of tensors, and with them the geometry of everything they span: a vector is its coefficients, so that lengths and angles
/// of combinations cost nothing more than the one pass that made the matrix.
/// </summary>
internal sealed class GramMatrix
{
    /// <summary>The length of a combination of unit vectors below which it is rounding error: the root of float64's precision.</summary>
    public const double Resolution = 1e-7;

    private readonly double[,] products;

    private GramMatrix(double[,] products) => this.products = products;

    /// <summary>Number of tensors.</summary>
    public int Count => products.GetLength(0);

    /// <summary>⟨xᵢ, xⱼ⟩.</summary>
    public double this[int i, int j] => products[i, j];

    /// <summary>The matrix of whole tensors, in one pass.</summary>
    public static GramMatrix Of(IReadOnlyList<Tensor> tensors, ITensorMath math)
    {
        var dots = math.Dot(Pairs(tensors));
        return Fill(tensors.Count, pair => dots[pair]);
    }

    /// <summary>One matrix for every vector along an axis, in one pass.</summary>
    public static IReadOnlyList<GramMatrix> OfVectors(IReadOnlyList<Tensor> tensors, TensorAxis axis, ITensorMath math)
    {
        var dots = math.Dot(Pairs(tensors), axis);
        return [.. Enumerable.Range(0, dots[0].Length).Select(vector => Fill(tensors.Count, pair => dots[pair][vector]))];
    }

    /// <summary>‖xᵢ‖.</summary>
    public double Norm(int i) => Math.Sqrt(products[i, i]);

    /// <summary>⟨Σ aᵢxᵢ, Σ bᵢxᵢ⟩.</summary>
    public double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < Count; j++)
            {
                sum += a[i] * b[j] * products[i, j];
            }
        }

        return sum;
    }

    /// <summary>‖Σ aᵢxᵢ‖.</summary>
    public double Norm(double[] a) => Math.Sqrt(Math.Max(0, Dot(a, a)));

    private static (Tensor X, Tensor Y)[] Pairs(IReadOnlyList<Tensor> tensors) =>
        [.. tensors.SelectMany((x, i) => tensors.Take(i + 1).Select(y => (x, y)))];

    private static GramMatrix Fill(int count, Func<int, double> product)
    {
        var products = new double[count, count];
        for (var (i, pair) = (0, 0); i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                products[i, j] = products[j, i] = product(pair++);
            }
        }

        return new GramMatrix(products);
    }
}
