using MergeKit.Engine.Tensors.Cpu;
using MergeKit.Engine.Tensors.LinearAlgebra;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors.LinearAlgebra;

/// <summary>Products and eigenvectors of matrices on both sides of the sizes of tiles, blocks and panels.</summary>
public sealed class LinearAlgebraTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 17)]
    [InlineData(130, 260, 129)]
    [InlineData(128, 256, 128)]
    [InlineData(5, 600, 150)]
    public void Products_are_those_of_the_definition_for_any_view_and_thread_count(int rows, int depth, int columns)
    {
        var (x, y) = (Random(1, depth, rows).Transpose(), Random(2, rows + depth, columns).Slice(rows, 0, depth, columns));
        var product = Math(1).Multiply(x, y);
        var gram = Math(2).Gram(x);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                Assert.Equal(Enumerable.Range(0, depth).Sum(k => (double)x[i, k] * y[k, j]), product[i, j], 1e-11);
            }

            for (var j = 0; j < rows; j++)
            {
                Assert.Equal(Enumerable.Range(0, depth).Sum(k => (double)x[i, k] * x[j, k]), gram[i, j], 1e-11);
            }
        }

        Assert.Equal(product.Data, Math(3).Multiply(x, y).Data);
        Assert.Equal(product.Data.Select(value => (float)value), Math(3).MultiplyAndRound(x, y).Data);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(31, 31)]
    [InlineData(33, 20)]
    [InlineData(100, 3)]
    [InlineData(150, 400)]
    public void Eigenvectors_are_orthonormal_and_rebuild_the_matrix(int size, int rank)
    {
        var original = Math(1).Gram(Random(5, size, rank));
        var (values, vectors) = Math(1).Eigen(Math(1).Gram(Random(5, size, rank)));
        Assert.Equal(values.OrderDescending(), values);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, size).Sum(k => vectors[i, k] * vectors[j, k]), 1e-12);
                Assert.Equal(original[i, j], Enumerable.Range(0, size).Sum(k => values[k] * vectors[k, i] * vectors[k, j]), 1e-12 * values[0]);
            }
        }

        Assert.Equal(vectors.Data, Math(3).Eigen(Math(3).Gram(Random(5, size, rank))).Vectors.Data);
    }

    [Fact]
    public void Zero_and_diagonal_matrices_have_the_eigenvalues_they_show()
    {
        Assert.All(Math(1).Eigen(new Matrix<double>(40, 40)).Values, value => Assert.Equal(0, value));
        var diagonal = new Matrix<double>(40, 40);
        for (var i = 0; i < 40; i++)
        {
            diagonal[i, i] = i * 1e200;
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => i * 1e200).OrderDescending(), Math(1).Eigen(diagonal).Values);
    }

    [Fact]
    public void Cancellation_stops_the_work()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var math = new CpuMatrixMath(new TileScheduler(2, 0, 1 << 20, source.Token));
        Assert.Throws<OperationCanceledException>(() => math.Gram(Random(1, 8, 8)));
    }

    private static CpuMatrixMath Math(int threads) => new(new TileScheduler(threads, 0, 1 << 20, CancellationToken.None));

    private static Matrix<float> Random(int seed, int rows, int columns) => new(Noise.Normal(seed, (long)rows * columns, 1), rows, columns);
}
