using System.Numerics.Tensors;

namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>
/// Reduces a symmetric matrix to tridiagonal form by Householder reflections, in panels: within one, the matrix itself is only read, by one
/// product with a vector per column; all of a panel's reflections then change it in one matrix product.
/// Source: J. Dongarra, D. Sorensen, S. Hammarling, "Block reduction of matrices to condensed forms", 1989.
/// </summary>
internal static class Tridiagonalization
{
    private const int PanelColumns = 32;
    private const int RowsPerPiece = 64;

    /// <summary>T = Q·A·Qᵀ: the diagonal of T, the elements beside it (the last is 0), and Q. Overwrites <paramref name="a"/>.</summary>
    public static (double[] Diagonal, double[] OffDiagonal, Matrix<double> Q) Run(Matrix<double> a, ForEachPiece forEach)
    {
        var n = a.Rows;
        var (diagonal, offDiagonal, taus) = (new double[n], new double[n], new double[n]);
        var w = new Matrix<double>(PanelColumns, n);
        var (left, right) = (new Matrix<double>(2 * PanelColumns, n), new Matrix<double>(2 * PanelColumns, n));
        for (var first = 0; first < n; first += PanelColumns)
        {
            var columns = Math.Min(PanelColumns, n - first);
            Array.Clear(w.Data);
            for (var i = 0; i < columns; i++)
            {
                Reflect(a, w, first, i, diagonal, offDiagonal, taus, forEach);
            }

            Update(a, w, first, columns, left, right, forEach);
        }

        return (diagonal, offDiagonal, Accumulate(a, taus, forEach));
    }

    /// <summary>Makes the reflection of one column, which takes the place of the column's row in <paramref name="a"/>, and its row of W.</summary>
    private static void Reflect(
        Matrix<double> a, Matrix<double> w, int first, int i, double[] diagonal, double[] offDiagonal, double[] taus, ForEachPiece forEach)
    {
        var j = first + i;
        var row = a.Row(j)[j..];
        for (var k = 0; k < i; k++)
        {
            var vk = a.Row(first + k)[j..];
            var wk = w.Row(k)[j..];
            var (v0, w0) = (vk[0], wk[0]);
            Vectors.AddScaled(row, -w0, vk);
            Vectors.AddScaled(row, -v0, wk);
        }

        diagonal[j] = row[0];
        if (row.Length == 1)
        {
            return;
        }

        var v = row[1..];
        (offDiagonal[j], taus[j]) = Householder(v);
        if (taus[j] == 0)
        {
            return;
        }

        Multiply(a, j, w, i, forEach);
        var result = w.Row(i)[(j + 1)..];
        for (var k = 0; k < i; k++)
        {
            var vk = a.Row(first + k)[(j + 1)..];
            var wk = w.Row(k)[(j + 1)..];
            var (vDot, wDot) = (Vectors.Dot(vk, v), Vectors.Dot(wk, v));
            Vectors.AddScaled(result, -wDot, vk);
            Vectors.AddScaled(result, -vDot, wk);
        }

        TensorPrimitives.Multiply(result, taus[j], result);
        Vectors.AddScaled(result, -0.5 * taus[j] * Vectors.Dot(result, v), v);
    }

    /// <summary>Row i of W = trailing part of A times the reflection vector of column j.</summary>
    private static void Multiply(Matrix<double> a, int j, Matrix<double> w, int i, ForEachPiece forEach)
    {
        var n = a.Rows;
        var length = n - j - 1;
        forEach((length + RowsPerPiece - 1) / RowsPerPiece, piece =>
        {
            var v = a.Row(j)[(j + 1)..];
            var target = w.Row(i);
            var start = j + 1 + (int)piece * RowsPerPiece;
            for (var r = start; r < Math.Min(n, start + RowsPerPiece); r++)
            {
                target[r] = Vectors.Dot(a.Row(r)[(j + 1)..], v);
            }
        });
    }

    /// <summary>Turns x into v with v₀ = 1, so that (I − τvvᵀ)x = (β, 0, …); gives β and τ.</summary>
    private static (double Beta, double Tau) Householder(Span<double> x)
    {
        var alpha = x[0];
        var tail = Vectors.Dot(x[1..], x[1..]);
        if (tail == 0)
        {
            x[0] = 1;
            return (alpha, 0);
        }

        var beta = -Math.CopySign(Math.Sqrt(alpha * alpha + tail), alpha);
        TensorPrimitives.Multiply(x, 1 / (alpha - beta), x);
        x[0] = 1;
        return (beta, (beta - alpha) / beta);
    }

    /// <summary>A −= VᵀW + WᵀV for what lies behind the panel; the last two matrices are room for [V; W] and [−W; −V].</summary>
    private static void Update(
        Matrix<double> a, Matrix<double> w, int first, int columns, Matrix<double> leftRoom, Matrix<double> rightRoom, ForEachPiece forEach)
    {
        var start = first + columns;
        var length = a.Rows - start;
        var (left, right) = (leftRoom.Slice(0, 0, 2 * columns, length), rightRoom.Slice(0, 0, 2 * columns, length));
        for (var k = 0; k < columns; k++)
        {
            a.Row(first + k)[start..].CopyTo(left.Row(k));
            w.Row(k)[start..].CopyTo(left.Row(columns + k));
            TensorPrimitives.Negate(w.Row(k)[start..], right.Row(k));
            TensorPrimitives.Negate(a.Row(first + k)[start..], right.Row(columns + k));
        }

        MatrixProduct.Add(left.Transpose(), right, a.Slice(start, start, length, length), lowerOnly: false, forEach);
    }

    /// <summary>The product of all reflections, the last one leftmost, made by panels: I − VᵀTV each.</summary>
    private static Matrix<double> Accumulate(Matrix<double> a, double[] taus, ForEachPiece forEach)
    {
        var n = a.Rows;
        var q = new Matrix<double>(n, n);
        for (var i = 0; i < n; i++)
        {
            q[i, i] = 1;
        }

        for (var first = (n - 1) / PanelColumns * PanelColumns; first >= 0; first -= PanelColumns)
        {
            // Reflections of this panel and later ones leave the first rows and columns alone.
            var (columns, size) = (Math.Min(PanelColumns, n - first), n - first);
            var v = new Matrix<double>(columns, size);
            for (var i = 0; i < columns; i++)
            {
                a.Row(first + i)[(first + i + 1)..].CopyTo(v.Row(i)[(i + 1)..]);
            }

            var rest = q.Slice(first, first, size, size);
            var projected = new Matrix<double>(size, columns);
            MatrixProduct.Add(rest, v.Transpose(), projected, lowerOnly: false, forEach);
            var weighted = new Matrix<double>(size, columns);
            MatrixProduct.Add(projected, Triangle(v, taus.AsSpan(first, columns)).Transpose(), weighted, lowerOnly: false, forEach);
            MatrixProduct.Add(weighted, v, rest, lowerOnly: false, forEach);
        }

        return q;
    }

    /// <summary>−T, with I − VᵀTV the product of a panel's reflections, the first one leftmost.</summary>
    private static Matrix<double> Triangle(Matrix<double> v, ReadOnlySpan<double> taus)
    {
        var triangle = new Matrix<double>(v.Rows, v.Rows);
        for (var i = 0; i < v.Rows; i++)
        {
            triangle[i, i] = -taus[i];
            for (var k = 0; k < i; k++)
            {
                var dot = Vectors.Dot(v.Row(k), v.Row(i));
                for (var r = 0; r <= k; r++)
                {
                    triangle[r, i] -= taus[i] * triangle[r, k] * dot;
                }
            }
        }

        return triangle;
    }
}
