namespace MergeKit.Engine.Tests.Methods;

/// <summary>Float64 matrices and their singular values by one-sided Jacobi rotations: plain, slow, and nothing like the engine's way.</summary>
internal sealed class DenseMatrix(int rows, int columns)
{
    private readonly double[,] values = new double[rows, columns];

    public int Rows => rows;

    public int Columns => columns;

    public double this[int row, int column]
    {
        get => values[row, column];
        set => values[row, column] = value;
    }

    public static DenseMatrix operator *(DenseMatrix x, DenseMatrix y) =>
        Of(x.Rows, y.Columns, (i, j) => Enumerable.Range(0, x.Columns).Sum(k => x[i, k] * y[k, j]));

    public static DenseMatrix operator *(double factor, DenseMatrix x) => Of(x.Rows, x.Columns, (i, j) => factor * x[i, j]);

    public static DenseMatrix operator +(DenseMatrix x, DenseMatrix y) => Of(x.Rows, x.Columns, (i, j) => x[i, j] + y[i, j]);

    public static DenseMatrix operator -(DenseMatrix x, DenseMatrix y) => x + -1 * y;

    public static DenseMatrix Of(int rows, int columns, Func<int, int, double> value)
    {
        var matrix = new DenseMatrix(rows, columns);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                matrix[i, j] = value(i, j);
            }
        }

        return matrix;
    }

    public static DenseMatrix Of(long[] shape, Func<int, double> flat) => Of((int)shape[0], (int)shape[1], (i, j) => flat(i * (int)shape[1] + j));

    /// <summary>Matrices side by side.</summary>
    public static DenseMatrix Beside(IReadOnlyList<DenseMatrix> parts)
    {
        var columns = parts.SelectMany(part => Enumerable.Range(0, part.Columns).Select(j => (part, j))).ToArray();
        return Of(parts[0].Rows, columns.Length, (i, j) => columns[j].part[i, columns[j].j]);
    }

    public DenseMatrix Transpose() => Of(Columns, Rows, (i, j) => this[j, i]);

    /// <summary>The first columns.</summary>
    public DenseMatrix First(int count) => Of(Rows, count, (i, j) => this[i, j]);

    public double[] Flat() => [.. values.Cast<double>()];

    /// <summary>Singular values above 1e-6 of the largest (or of <paramref name="scale"/>), in descending order, with their vectors as columns.</summary>
    public (DenseMatrix U, double[] S, DenseMatrix V) Svd(double scale = 0)
    {
        var work = Of(Rows, Columns, (i, j) => this[i, j]);
        var v = Of(Columns, Columns, (i, j) => i == j ? 1 : 0);
        for (var sweep = 0; sweep < 60; sweep++)
        {
            for (var p = 0; p < Columns; p++)
            {
                for (var q = p + 1; q < Columns; q++)
                {
                    Orthogonalize(work, v, p, q);
                }
            }
        }

        var norms = Enumerable.Range(0, Columns).Select(j => Math.Sqrt(work.ColumnDot(j, j))).ToArray();
        var least = 1e-6 * Math.Max(scale, norms.Max());
        var order = Enumerable.Range(0, Columns).Where(j => norms[j] > least).OrderByDescending(j => norms[j]).ToArray();
        return (Of(Rows, order.Length, (i, j) => work[i, order[j]] / norms[order[j]]), [.. order.Select(j => norms[j])], Of(Columns, order.Length, (i, j) => v[i, order[j]]));
    }

    /// <summary>U·Vᵀ.</summary>
    public DenseMatrix Polar()
    {
        var (u, _, v) = Svd();
        return u * v.Transpose();
    }

    private static void Orthogonalize(DenseMatrix work, DenseMatrix v, int p, int q)
    {
        var (pp, qq, pq) = (work.ColumnDot(p, p), work.ColumnDot(q, q), work.ColumnDot(p, q));
        if (Math.Abs(pq) <= 1e-15 * Math.Sqrt(pp * qq))
        {
            return;
        }

        var zeta = (qq - pp) / (2 * pq);
        var t = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        var c = 1 / Math.Sqrt(1 + t * t);
        foreach (var matrix in new[] { work, v })
        {
            for (var i = 0; i < matrix.Rows; i++)
            {
                (matrix[i, p], matrix[i, q]) = (c * matrix[i, p] - c * t * matrix[i, q], c * t * matrix[i, p] + c * matrix[i, q]);
            }
        }
    }

    private double ColumnDot(int p, int q) => Enumerable.Range(0, Rows).Sum(i => this[i, p] * this[i, q]);
}
