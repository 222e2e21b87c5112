using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>
/// Diagonalises a symmetric tridiagonal matrix by implicit QL iterations. The rotations depend on two diagonals only; they are recorded,
/// and then applied to the eigenvectors by many threads, each to columns of its own.
/// Source: H. Bowdler et al., "The QR and QL algorithms for symmetric matrices", 1968.
/// </summary>
internal static class TridiagonalEigen
{
    /// <summary>Rotations recorded before they are applied.</summary>
    private const int BatchRotations = 1 << 21;
    private const int StripColumns = 16;
    private const int MostIterations = 60;

    /// <summary>Elements beside the diagonal up to this fraction of the largest element count as zero: they are what rounding leaves.</summary>
    private const double Negligible = 2.220446049250313e-16;

    /// <summary>Leaves the eigenvalues in <paramref name="diagonal"/>, and replaces the matrix Q of a reduction by the eigenvectors as rows.</summary>
    public static void Diagonalize(double[] diagonal, double[] offDiagonal, Matrix<double> q, ForEachPiece forEach)
    {
        var sweeps = new List<Sweep>();
        var recorded = 0;
        var negligible = Negligible * diagonal.Select(Math.Abs).Concat(offDiagonal.Select(Math.Abs)).DefaultIfEmpty().Max();
        for (var first = 0; first < diagonal.Length; first++)
        {
            for (var iteration = 0; ; iteration++)
            {
                var last = first;
                while (last < diagonal.Length - 1 && Math.Abs(offDiagonal[last]) > negligible)
                {
                    last++;
                }

                if (last == first)
                {
                    break;
                }

                if (iteration == MostIterations)
                {
                    throw new ArithmeticException("The QL iterations do not converge.");
                }

                var sweep = Step(diagonal, offDiagonal, first, last);
                sweeps.Add(sweep);
                recorded += sweep.Cosines.Length;
                if (recorded >= BatchRotations)
                {
                    Apply(sweeps, q, forEach);
                    sweeps.Clear();
                    recorded = 0;
                }
            }
        }

        Apply(sweeps, q, forEach);
    }

    /// <summary>One implicit QL step on the unreduced block from first to last.</summary>
    private static Sweep Step(double[] d, double[] e, int first, int last)
    {
        var sweep = new Sweep(last, new double[last - first], new double[last - first]);
        var g = (d[first + 1] - d[first]) / (2 * e[first]);
        g = d[last] - d[first] + e[first] / (g + Math.CopySign(Math.Sqrt(g * g + 1), g));
        var (s, c, p) = (1.0, 1.0, 0.0);
        for (var i = last - 1; i >= first; i--)
        {
            var (f, b) = (s * e[i], c * e[i]);
            var r = Math.Sqrt(f * f + g * g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[last] = 0;
                return sweep.Shortened(last - 1 - i);
            }

            (s, c) = (f / r, g / r);
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            (sweep.Cosines[last - 1 - i], sweep.Sines[last - 1 - i]) = (c, s);
        }

        d[first] -= p;
        e[first] = g;
        e[last] = 0;
        return sweep;
    }

    private static void Apply(List<Sweep> sweeps, Matrix<double> q, ForEachPiece forEach) =>
        forEach((q.Columns + StripColumns - 1) / StripColumns, piece =>
        {
            // A copy, because rows of a large matrix lie apart by multiples of what the cache can tell apart.
            var column = (int)piece * StripColumns;
            var columns = Math.Min(StripColumns, q.Columns - column);
            var strip = new double[q.Rows * StripColumns];
            for (var row = 0; row < q.Rows; row++)
            {
                q.Row(row).Slice(column, columns).CopyTo(strip.AsSpan(row * StripColumns));
            }

            foreach (var sweep in sweeps)
            {
                Rotate(sweep, strip);
            }

            for (var row = 0; row < q.Rows; row++)
            {
                strip.AsSpan(row * StripColumns, columns).CopyTo(q.Row(row)[column..]);
            }
        });

    private static void Rotate(Sweep sweep, double[] strip)
    {
        ref var row = ref MemoryMarshal.GetArrayDataReference(strip);
        var offset = (nuint)(sweep.Last * StripColumns);
        var (low, high) = (Vector512.LoadUnsafe(ref row, offset), Vector512.LoadUnsafe(ref row, offset + 8));
        for (var i = 0; i < sweep.Cosines.Length; i++)
        {
            var (c, s) = (Vector512.Create(sweep.Cosines[i]), Vector512.Create(sweep.Sines[i]));
            var (nextLow, nextHigh) = (Vector512.LoadUnsafe(ref row, offset - StripColumns), Vector512.LoadUnsafe(ref row, offset - StripColumns + 8));
            (s * nextLow + c * low).StoreUnsafe(ref row, offset);
            (s * nextHigh + c * high).StoreUnsafe(ref row, offset + 8);
            (low, high) = (c * nextLow - s * low, c * nextHigh - s * high);
            offset -= StripColumns;
        }

        low.StoreUnsafe(ref row, offset);
        high.StoreUnsafe(ref row, offset + 8);
    }

    /// <summary>The rotations of one step: of rows Last and Last − 1 first, then upwards.</summary>
    private sealed record Sweep(int Last, double[] Cosines, double[] Sines)
    {
        public Sweep Shortened(int count) => new(Last, Cosines[..count], Sines[..count]);
    }
}
