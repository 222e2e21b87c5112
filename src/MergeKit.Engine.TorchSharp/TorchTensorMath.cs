using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.TorchSharp;

/// <summary>The tensor operations on a device of libtorch.</summary>
internal sealed class TorchTensorMath : ITensorMath, IDisposable
{
    private const int Float64Bytes = 2 * sizeof(double);
    private const int SoftmaxBytes = 6 * sizeof(double);

    /// <summary>Elements that libtorch adds up by itself: it divides much longer sums among threads, which would give them other orders.</summary>
    private const int SumLength = 4096;

    /// <summary>Elements whose columns are added up at once.</summary>
    private const int ColumnPartElements = 1 << 20;

    private readonly DeviceLane lane;
    private readonly BlockRunner runner;

    public TorchTensorMath(DeviceLane lane)
    {
        this.lane = lane;
        runner = new BlockRunner(lane);
        Matrices = new TorchMatrixMath(lane, runner);
    }

    public IMatrixMath Matrices { get; }

    /// <summary>Forgets what was kept for the output tensor before.</summary>
    public TorchTensorMath Begin()
    {
        lane.Resident.Clear();
        return this;
    }

    public IReadOnlyList<double> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs)
    {
        var sums = new double[pairs.Count];
        Sum([.. pairs.SelectMany(pair => new[] { pair.X, pair.Y })], sums, (values, pair) => Product(values[2 * pair], values[2 * pair + 1]));
        return sums;
    }

    public IReadOnlyList<double> AbsoluteSum(IReadOnlyList<Tensor> tensors)
    {
        var sums = new double[tensors.Count];
        Sum(tensors, sums, (values, tensor) => values[tensor].to_type(torch.ScalarType.Float64).abs_());
        return sums;
    }

    public IReadOnlyList<double[]> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs, TensorAxis axis)
    {
        // A 1-D tensor is one vector on either axis.
        var roots = pairs.SelectMany(pair => new[] { pair.X, pair.Y }).ToArray();
        return axis == TensorAxis.Rows || pairs[0].X.Shape.Rank < 2 ? RowDot(roots) : ColumnDot(roots);
    }

    public double[] RowDivergence(Tensor x, Tensor y)
    {
        var rowLength = Math.Max(1, x.Shape.RowLength);
        var divergences = new double[x.Shape.RowCount];
        runner.Run(new BlockProgram([x, y], rowLength), SoftmaxBytes, keep: true, (block, values, _) =>
        {
            var p = Probabilities(values[0], rowLength);
            var q = Probabilities(values[1], rowLength);
            lane.Download<double>(RowSums(p.log().sub_(q.log_()).mul_(p))).CopyTo(divergences, block.Start / rowLength);
            return true;
        });
        return divergences;
    }

    public IReadOnlyList<MagnitudeBoundary> LargestMagnitudes(IReadOnlyList<(Tensor X, long Count, TieOrder Ties)> requests) =>
        new DeviceSelection(lane, runner).Select(requests);

    public MagnitudeBoundary? LargestPositive(Tensor x, double fraction)
    {
        long positive = 0;
        if (x.Shape.ElementCount > 0)
        {
            runner.Run(new BlockProgram([x], 0), sizeof(long), keep: true, (_, values, _) =>
            {
                positive += values[0].gt(Constants.Zero).sum().item<long>();
                return true;
            });
        }

        var count = (long)(fraction * positive);
        return count == 0 ? null : LargestMagnitudes([(x, count, TieOrder.LowestIndexFirst)])[0];
    }

    public WriteReport Write(Tensor tensor, DType dtype, TensorWriter write)
    {
        var pass = new DeviceWrite(lane, tensor, dtype, write);
        runner.Run(pass.Program, dtype.Size() + sizeof(float), keep: false, pass.Take);
        lane.Resident.Clear();
        return pass.Report;
    }

    private static TorchTensor Product(TorchTensor x, TorchTensor y) => x.to_type(torch.ScalarType.Float64).mul_(y);

    /// <summary>
    /// Adds up float64 values of whole tensors: units on the device, then one after the other, so that sums depend neither on blocks nor on threads.
    /// </summary>
    private void Sum(IReadOnlyList<Tensor> roots, double[] sums, Func<TorchTensor[], int, TorchTensor> terms)
    {
        if (roots.Count == 0)
        {
            return;
        }

        var program = new BlockProgram(roots, 0);
        runner.Run(program, Float64Bytes, keep: true, (block, values, _) =>
        {
            var parts = new double[sums.Length][];
            for (var i = 0; i < parts.Length; i++)
            {
                using var scope = torch.NewDisposeScope();
                var of = terms(values, i);
                var whole = block.Length / program.Unit * program.Unit;
                parts[i] =
                [
                    .. whole > 0 ? lane.Download<double>(RowSums(of.narrow(0, 0, whole).view(-1, program.Unit))) : [],
                    .. whole < block.Length ? lane.Download<double>(RowSums(of.narrow(0, whole, block.Length - whole).view(1, -1))) : [],
                ];
            }

            for (var i = 0; i < parts.Length; i++)
            {
                foreach (var part in parts[i])
                {
                    sums[i] += part;
                }
            }

            return true;
        });
    }

    private double[][] RowDot(Tensor[] roots)
    {
        var shape = roots[0].Shape;
        var rowLength = Math.Max(1, shape.RowLength);
        var dots = Enumerable.Range(0, roots.Length / 2).Select(_ => new double[shape.RowCount]).ToArray();
        runner.Run(new BlockProgram(roots, rowLength), Float64Bytes, keep: true, (block, values, _) =>
        {
            for (var pair = 0; pair < dots.Length; pair++)
            {
                using var scope = torch.NewDisposeScope();
                lane.Download<double>(RowSums(Product(values[2 * pair], values[2 * pair + 1]).view(-1, rowLength))).CopyTo(dots[pair], block.Start / rowLength);
            }

            return true;
        });
        return dots;
    }

    /// <summary>Sums down the columns: some rows on the device, then one such part after the other.</summary>
    private double[][] ColumnDot(Tensor[] roots)
    {
        var shape = roots[0].Shape;
        var columns = shape.ElementCount / Math.Max(1, shape[0]);
        if (columns == 0)
        {
            return [.. Enumerable.Range(0, roots.Length / 2).Select(_ => Array.Empty<double>())];
        }

        using var outer = torch.NewDisposeScope();
        using var mode = torch.inference_mode();

        // A single column is a sum like that of a row.
        var part = columns == 1 ? SumLength : Math.Max(1, ColumnPartElements / columns) * columns;
        var sums = Enumerable.Range(0, roots.Length / 2).Select(_ => torch.zeros(columns, torch.ScalarType.Float64, lane.Device)).ToArray();
        runner.Run(new BlockProgram(roots, part), Float64Bytes, keep: true, (block, values, _) =>
        {
            var added = sums.Select((sum, pair) =>
            {
                using var scope = torch.NewDisposeScope();
                var products = Product(values[2 * pair], values[2 * pair + 1]);
                var next = sum.clone();
                for (long start = 0; start < block.Length; start += part)
                {
                    next.add_(products.narrow(0, start, Math.Min(part, block.Length - start)).view(-1, columns).sum(0L), Constants.Unscaled);
                }

                return scope.MoveToOuter(next);
            }).ToArray();
            foreach (var (sum, next) in sums.Zip(added))
            {
                sum.copy_(next);
            }

            return true;
        });
        return [.. sums.Select(lane.Download<double>)];
    }

    /// <summary>The sum of every row, in parts of fixed length that are added in their order.</summary>
    private static TorchTensor RowSums(TorchTensor rows)
    {
        using var scope = torch.NewDisposeScope();
        var length = rows.shape[1];
        var sums = rows.narrow(1, 0, Math.Min(SumLength, length)).sum(-1);
        for (long start = SumLength; start < length; start += SumLength)
        {
            sums.add_(rows.narrow(1, start, Math.Min(SumLength, length - start)).sum(-1), Constants.Unscaled);
        }

        return scope.MoveToOuter(sums);
    }

    private static TorchTensor Probabilities(TorchTensor values, long rowLength) =>
        values.to_type(torch.ScalarType.Float64).view(-1, rowLength).softmax(-1).add_(Constants.SmallestProbability, Constants.Unscaled);

    public void Dispose() => lane.Dispose();
}
