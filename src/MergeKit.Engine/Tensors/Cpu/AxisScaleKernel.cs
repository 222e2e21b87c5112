using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Multiplies every vector along an axis by its own factor.</summary>
internal static class AxisScaleKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AxisScaledTensor node, ReadOnlySpan<float> x, long start, Span<float> target)
    {
        // A run is a piece of one row, or of the elements that share an index on the first axis: there the factors follow each other.
        var isByRow = node.Axis == TensorAxis.Rows;
        var runLength = isByRow ? node.Shape.RowLength : node.Factors.Length;
        for (var position = 0; position < target.Length;)
        {
            var (run, offset) = Math.DivRem(start + position, runLength);
            var end = (int)Math.Min(target.Length, position + runLength - offset);
            if (isByRow)
            {
                TensorPrimitives.Multiply(x[position..end], node.Factors[run], target[position..end]);
            }
            else
            {
                TensorPrimitives.Multiply(x[position..end], node.Factors.AsSpan((int)offset, end - position), target[position..end]);
            }

            position = end;
        }
    }
}
