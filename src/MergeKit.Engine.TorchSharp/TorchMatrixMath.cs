using System.Runtime.InteropServices;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Linear algebra on a device, in float64. Matrices live in the processor's memory, and are on the device during an operation only.</summary>
internal sealed class TorchMatrixMath(DeviceLane lane, BlockRunner runner) : IMatrixMath
{
    public Matrix<float> Evaluate(Tensor tensor)
    {
        var values = new float[checked((int)tensor.Shape.ElementCount)];
        if (values.Length > 0)
        {
            runner.Run(new BlockProgram([tensor], 0), 0, keep: true, (block, roots, _) =>
            {
                lane.Download(roots[0], (offset, bytes) => bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan((int)block.Start))[(int)offset..]));
                return true;
            });
        }

        return new Matrix<float>(values, checked((int)tensor.Shape[0]), checked((int)tensor.Shape[1]));
    }

    public Matrix<double> Gram<T>(Matrix<T> x)
        where T : unmanaged => Multiply(x, x.Transpose());

    public Matrix<double> Multiply<TX, TY>(Matrix<TX> x, Matrix<TY> y)
        where TX : unmanaged
        where TY : unmanaged => new(Product<TX, TY, double>(x, y), x.Rows, y.Columns);

    public Matrix<float> MultiplyAndRound<TX, TY>(Matrix<TX> x, Matrix<TY> y)
        where TX : unmanaged
        where TY : unmanaged => new(Product<TX, TY, float>(x, y), x.Rows, y.Columns);

    public SymmetricEigen Eigen(Matrix<double> symmetric)
    {
        try
        {
            return EigenOnDevice(symmetric);
        }
        catch (ExternalException e) when (e.Message.Contains("failed to converge", StringComparison.Ordinal))
        {
            return SymmetricEigen.Of(symmetric, lane.ForEach);
        }
    }

    private SymmetricEigen EigenOnDevice(Matrix<double> symmetric) => OnDevice((long)symmetric.Rows * symmetric.Columns, () =>
    {
        if (symmetric.Rows == 0)
        {
            return new SymmetricEigen([], symmetric);
        }

        // In ascending order, a column for each vector.
        var (values, vectors) = torch.linalg.eigh(Upload(symmetric));
        return new SymmetricEigen(
            lane.Download<double>(values.flip(0)), new Matrix<double>(lane.Download<double>(vectors.t().flip(0).contiguous().view(-1)), symmetric.Rows, symmetric.Columns));
    });

    private TResult[] Product<TX, TY, TResult>(Matrix<TX> x, Matrix<TY> y)
        where TX : unmanaged
        where TY : unmanaged
        where TResult : unmanaged
    {
        // libtorch may end the process where shapes do not fit.
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Rows, x.Columns);
        return OnDevice((long)x.Rows * x.Columns + (long)y.Rows * y.Columns + (long)x.Rows * y.Columns, () =>
            lane.Download<TResult>(Upload(x).mm(Upload(y)).to_type(TypeOf<TResult>()).view(-1)));
    }

    /// <summary>A matrix on the device, in float64: transposed there if it is a transposed view here.</summary>
    private TorchTensor Upload<T>(Matrix<T> matrix)
        where T : unmanaged
    {
        if (!matrix.HasContiguousRows)
        {
            return Upload(matrix.Transpose()).t();
        }

        using var scope = torch.NewDisposeScope();
        var values = lane.Upload(matrix.Rows, matrix.Columns, row => MemoryMarshal.AsBytes((ReadOnlySpan<T>)matrix.Row(row)), TypeOf<T>());
        return scope.MoveToOuter(values.to_type(torch.ScalarType.Float64));
    }

    private static torch.ScalarType TypeOf<T>() => typeof(T) == typeof(double) ? torch.ScalarType.Float64 : torch.ScalarType.Float32;

    private T OnDevice<T>(long elements, Func<T> compute)
    {
        using var mode = torch.inference_mode();
        lane.Cancellation.ThrowIfCancellationRequested();
        try
        {
            return Scoped(compute);
        }
        catch (ExternalException e) when (Torch.IsOutOfMemory(e))
        {
            lane.Resident.GiveUp();
        }

        try
        {
            return Scoped(compute);
        }
        catch (ExternalException e) when (Torch.IsOutOfMemory(e))
        {
            throw new MergeException(e, DiagnosticCode.DeviceMemoryExhausted, null, lane.Device, elements * sizeof(double), Torch.FirstLine(e));
        }
    }

    private static T Scoped<T>(Func<T> compute)
    {
        using var scope = torch.NewDisposeScope();
        return compute();
    }
}
