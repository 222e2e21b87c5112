using System.Numerics.Tensors;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes a <see cref="VarianceTensor"/>, in blocks that stay in the fastest cache.</summary>
internal static class VarianceKernel
{
    private const int Block = 1024;

    public static void Run(VarianceTensor node, TileWorker worker, ReadOnlySpan<int> registers, Span<float> target)
    {
        Span<float> mean = stackalloc float[Block];
        Span<float> difference = stackalloc float[Block];
        Span<float> variance = stackalloc float[Block];
        for (var start = 0; start < target.Length; start += Block)
        {
            var end = Math.Min(start + Block, target.Length);
            mean.Clear();
            variance.Clear();
            var first = worker.Register(registers[0], end)[start..];
            var means = mean[..first.Length];
            var differences = difference[..first.Length];
            var variances = variance[..first.Length];

            // Zero plus a term differs from the term at most in the sign of zero, which does not show in squares.
            foreach (var register in registers)
            {
                TensorPrimitives.Subtract(worker.Register(register, end)[start..], first, differences);
                TensorPrimitives.MultiplyAdd(differences, node.Share, means, means);
            }

            foreach (var register in registers)
            {
                TensorPrimitives.Subtract(worker.Register(register, end)[start..], first, differences);
                TensorPrimitives.Subtract(differences, means, differences);
                TensorPrimitives.Multiply(differences, differences, differences);
                TensorPrimitives.MultiplyAdd(differences, node.Share, variances, variances);
            }

            // Last, as the target may be the register of an operand.
            variances.CopyTo(target[start..]);
        }
    }
}
