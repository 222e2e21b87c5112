using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>The tensor operations on the CPU: vectorised, in tiles, in bounded memory.</summary>
internal sealed class CpuTensorMath(TileScheduler scheduler) : ITensorMath
{
    public IReadOnlyList<double> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs)
    {
        var pass = new DotPass(pairs);
        scheduler.Run(pass);
        return pass.Results;
    }

    public IReadOnlyList<double> AbsoluteSum(IReadOnlyList<Tensor> tensors)
    {
        var pass = new AbsoluteSumPass(tensors);
        scheduler.Run(pass);
        return pass.Results;
    }

    public IReadOnlyList<Tensor> LargestMagnitudes(IReadOnlyList<(Tensor X, long Count)> requests)
    {
        var thresholds = MagnitudeSelection.Select(scheduler, requests);
        return [.. requests.Select((request, i) => new LargestMagnitudesMask(request.X, thresholds[i]))];
    }

    public void Write(Tensor tensor, DType dtype, TensorWriter write) => scheduler.Run(new WritePass(tensor, dtype, write));
}
