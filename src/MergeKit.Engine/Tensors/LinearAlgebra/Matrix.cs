namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>A dense matrix in memory, or a view of one: slices and transposes share its elements.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class Matrix<T>
    where T : unmanaged
{
    private readonly T[] data;
    private readonly long offset;
    private readonly long rowStride;
    private readonly long columnStride;

    /// <summary>A matrix of zeros.</summary>
    public Matrix(int rows, int columns)
        : this(new T[(long)rows * columns], 0, rows, columns, columns, 1)
    {
    }

    /// <summary>A matrix over elements in row-major order.</summary>
    public Matrix(T[] data, int rows, int columns)
        : this(data, 0, rows, columns, columns, 1)
    {
    }

    private Matrix(T[] data, long offset, int rows, int columns, long rowStride, long columnStride)
    {
        this.data = data;
        this.offset = offset;
        this.rowStride = rowStride;
        this.columnStride = columnStride;
        (Rows, Columns) = (rows, columns);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Whether <see cref="Row"/> can be used; if not, it can be of the transpose.</summary>
    public bool HasContiguousRows => columnStride == 1 || Columns == 1;

    /// <summary>All elements in row-major order; only of a matrix that is no view.</summary>
    public T[] Data => offset == 0 && rowStride == Columns && columnStride == 1 && data.LongLength == (long)Rows * Columns
        ? data
        : throw new InvalidOperationException("A view has no elements of its own.");

    public ref T this[int row, int column] => ref data[offset + row * rowStride + column * columnStride];

    /// <summary>A row; not of a transposed matrix.</summary>
    public Span<T> Row(int row) => columnStride == 1 || Columns == 1
        ? data.AsSpan((int)(offset + row * rowStride), Columns)
        : throw new InvalidOperationException("The rows of a transposed matrix are not contiguous.");

    /// <summary>Rows and columns exchanged, as a view.</summary>
    public Matrix<T> Transpose() => new(data, offset, Columns, Rows, columnStride, rowStride);

    /// <summary>A part, as a view.</summary>
    public Matrix<T> Slice(int row, int column, int rows, int columns) =>
        new(data, offset + row * rowStride + column * columnStride, rows, columns, rowStride, columnStride);
}
