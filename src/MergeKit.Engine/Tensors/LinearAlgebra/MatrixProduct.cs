using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>
/// Matrix products in float64. A block of the result belongs to one piece of work; strips of both factors that fit the cache are packed and
/// multiplied in tiles of 4 × 16, which stay in registers. An element's sum has one order whatever the threads and the width of vectors:
/// every element is its own lane, added up from the first index to the last in steps of <see cref="Depth"/>.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>Terms of a sum that are added before they join the element's total: part of the result's definition.</summary>
    private const int Depth = 256;
    private const int BlockRows = 128;
    private const int BlockColumns = 128;
    private const int TileRows = 4;
    private const int TileColumns = 16;

    /// <summary>Adds x·y to <paramref name="sum"/>; its elements above the diagonal may be left as they are if <paramref name="lowerOnly"/>.</summary>
    public static void Add<TX, TY>(Matrix<TX> x, Matrix<TY> y, Matrix<double> sum, bool lowerOnly, ForEachPiece forEach)
        where TX : unmanaged
        where TY : unmanaged =>
        ForEachBlock(sum.Rows, sum.Columns, lowerOnly, forEach, (row, column, scratch) =>
        {
            var (rows, columns) = Accumulate(x, y, row, column, scratch);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    sum[row + i, column + j] += scratch.Sums[i * BlockColumns + j];
                }
            }
        });

    /// <summary>x·y, rounded to float32.</summary>
    public static Matrix<float> Round<TX, TY>(Matrix<TX> x, Matrix<TY> y, ForEachPiece forEach)
        where TX : unmanaged
        where TY : unmanaged
    {
        var product = new Matrix<float>(x.Rows, y.Columns);
        ForEachBlock(x.Rows, y.Columns, lowerOnly: false, forEach, (row, column, scratch) =>
        {
            var (rows, columns) = Accumulate(x, y, row, column, scratch);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    product[row + i, column + j] = (float)scratch.Sums[i * BlockColumns + j];
                }
            }
        });
        return product;
    }

    private static void ForEachBlock(int rows, int columns, bool lowerOnly, ForEachPiece forEach, Action<int, int, Scratch> block)
    {
        var across = (columns + BlockColumns - 1) / BlockColumns;
        var blocks = (long)((rows + BlockRows - 1) / BlockRows) * across;
        forEach(blocks, piece =>
        {
            var (row, column) = ((int)(piece / across) * BlockRows, (int)(piece % across) * BlockColumns);
            if (!lowerOnly || column < row + BlockRows)
            {
                block(row, column, Scratch.OfThread);
            }
        });
    }

    private static (int Rows, int Columns) Accumulate<TX, TY>(Matrix<TX> x, Matrix<TY> y, int row, int column, Scratch scratch)
        where TX : unmanaged
        where TY : unmanaged
    {
        var rows = Math.Min(BlockRows, x.Rows - row);
        var columns = Math.Min(BlockColumns, y.Columns - column);
        Array.Clear(scratch.Sums);
        for (var start = 0; start < x.Columns; start += Depth)
        {
            var depth = Math.Min(Depth, x.Columns - start);
            Pack(x.Slice(row, start, rows, depth).Transpose(), TileRows, scratch.Left);
            Pack(y.Slice(start, column, depth, columns), TileColumns, scratch.Right);
            for (var i = 0; i < rows; i += TileRows)
            {
                for (var j = 0; j < columns; j += TileColumns)
                {
                    MultiplyTile(
                        ref scratch.Left[i * depth],
                        ref scratch.Right[j * depth],
                        depth,
                        ref scratch.Sums[i * BlockColumns + j]);
                }
            }
        }

        return (rows, columns);
    }

    /// <summary>Columns in bundles: of every row the elements of the first bundle, then of every row those of the second; missing ones are zero.</summary>
    private static void Pack<T>(Matrix<T> source, int bundle, double[] target)
        where T : unmanaged
    {
        for (var first = 0; first < source.Columns; first += bundle)
        {
            var count = Math.Min(bundle, source.Columns - first);
            var packed = target.AsSpan(first * source.Rows, bundle * source.Rows);
            if (count < bundle)
            {
                packed.Clear();
            }

            for (var column = 0; column < count; column++)
            {
                for (var row = 0; row < source.Rows; row++)
                {
                    packed[row * bundle + column] = Widen(source[row, first + column]);
                }
            }
        }
    }

    private static double Widen<T>(T value)
        where T : unmanaged => typeof(T) == typeof(float) ? (float)(object)value : (double)(object)value;

    private static void MultiplyTile(ref double left, ref double right, int depth, ref double sums)
    {
        var (s00, s01) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (s10, s11) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (s20, s21) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (s30, s31) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (nuint k = 0; k < (nuint)depth; k++)
        {
            var y0 = Vector512.LoadUnsafe(ref right, k * TileColumns);
            var y1 = Vector512.LoadUnsafe(ref right, k * TileColumns + 8);
            var x = Vector512.Create(Unsafe.Add(ref left, k * TileRows));
            s00 += x * y0;
            s01 += x * y1;
            x = Vector512.Create(Unsafe.Add(ref left, k * TileRows + 1));
            s10 += x * y0;
            s11 += x * y1;
            x = Vector512.Create(Unsafe.Add(ref left, k * TileRows + 2));
            s20 += x * y0;
            s21 += x * y1;
            x = Vector512.Create(Unsafe.Add(ref left, k * TileRows + 3));
            s30 += x * y0;
            s31 += x * y1;
        }

        AddRow(s00, s01, ref sums, 0);
        AddRow(s10, s11, ref sums, BlockColumns);
        AddRow(s20, s21, ref sums, 2 * BlockColumns);
        AddRow(s30, s31, ref sums, 3 * BlockColumns);
    }

    private static void AddRow(Vector512<double> low, Vector512<double> high, ref double sums, nuint offset)
    {
        (Vector512.LoadUnsafe(ref sums, offset) + low).StoreUnsafe(ref sums, offset);
        (Vector512.LoadUnsafe(ref sums, offset + 8) + high).StoreUnsafe(ref sums, offset + 8);
    }

    /// <summary>The packed strips and the sums of one block.</summary>
    private sealed class Scratch
    {
        [ThreadStatic]
        private static Scratch? ofThread;

        public static Scratch OfThread => ofThread ??= new Scratch();

        public double[] Left { get; } = new double[BlockRows * Depth];

        public double[] Right { get; } = new double[BlockColumns * Depth];

        public double[] Sums { get; } = new double[BlockRows * BlockColumns];
    }
}
