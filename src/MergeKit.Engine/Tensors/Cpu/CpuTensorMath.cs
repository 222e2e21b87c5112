using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>The tensor operations on the CPU: vectorised, in tiles, in bounded memory.</summary>
internal sealed class CpuTensorMath(TileScheduler scheduler) : ITensorMath
{
    public IMatrixMath Matrices { get; } = new CpuMatrixMath(scheduler);

    public IReadOnlyList<double> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs)
    {
        var pass = new DotPass(pairs);
        scheduler.Run(pass);
        return pass.Results;
    }

    public IReadOnlyList<double> AbsoluteSum(IReadOnlyList<Tensor> tensors)
    {
        var pass = new AbsoluteSumPass(tensors);
        DropoutMemory.Remember(tensors, () => scheduler.Run(pass));
        return pass.Results;
    }

    public IReadOnlyList<MagnitudeBoundary> LargestMagnitudes(IReadOnlyList<(Tensor X, long Count, TieOrder Ties)> requests) =>
        MagnitudeSelection.Select(scheduler, requests);

    public MagnitudeBoundary? LargestPositive(Tensor x, double fraction) => MagnitudeSelection.SelectPositive(scheduler, x, fraction);

    public IReadOnlyList<double[]> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs, TensorAxis axis)
    {
        // A 1-D tensor is one vector on either axis.
        if (axis == TensorAxis.Rows || pairs[0].X.Shape.Rank < 2)
        {
            var pass = new RowDotPass(pairs);
            scheduler.Run(pass);
            return pass.Results;
        }

        var shape = pairs[0].X.Shape;
        var columns = new ColumnDotPass(pairs, shape.ElementCount / Math.Max(1, shape[0]));
        scheduler.RunColumns(columns, shape[0]);
        return columns.Results;
    }

    public double[] RowDivergence(Tensor x, Tensor y)
    {
        var pass = new RowDivergencePass(x, y);
        scheduler.Run(pass);
        return pass.Results;
    }

    public WriteReport Write(Tensor tensor, DType dtype, TensorWriter write)
    {
        var pass = new WritePass(tensor, dtype, write);
        scheduler.Run(pass);
        DropoutMemory.Forget(tensor);
        return pass.Report;
    }
}
