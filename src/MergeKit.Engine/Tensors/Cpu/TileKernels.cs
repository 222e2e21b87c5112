using System.Numerics.Tensors;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Maps every expression node to the vector code that computes it for one tile.</summary>
internal static class TileKernels
{
    public static void Run(in TileStep step, TileWorker worker, long start, int length, int positionInChunk)
    {
        var target = worker.Register(step.Target, length);
        var x = step.X < 0 ? [] : worker.Register(step.X, length);
        var y = step.Y < 0 ? [] : worker.Register(step.Y, length);
        switch (step.Node)
        {
            case InputTensor input:
                Load(input, worker, step.Input, positionInChunk, target);
                break;
            case ScalarTensor scalar:
                Run(scalar.Operation, x, scalar.Value, target);
                break;
            case AddScaledTensor sum:
                AddScaledKernel.Run(x, y, sum.Factor, target);
                break;
            case BinaryTensor binary:
                Run(binary.Operation, x, y, target);
                break;
            case UnaryTensor { Operation: UnaryOperation.Abs }:
                TensorPrimitives.Abs(x, target);
                break;
            case UnaryTensor { Operation: UnaryOperation.Exponential }:
                ElementWise.Apply<ExponentialKernel>(x, x, target);
                break;
            case UnaryTensor { Operation: UnaryOperation.HyperbolicTangent }:
                ElementWise.Apply<HyperbolicTangentKernel>(x, x, target);
                break;
            case AxisScaledTensor scaled:
                AxisScaleKernel.Run(scaled, x, start, target);
                break;
            case MagnitudeMask mask:
                MagnitudeMaskKernel.Run(x, mask.Boundary, start, target);
                break;
            case VarianceTensor variance:
                VarianceKernel.Run(variance, worker, step.Operands, target);
                break;
            case BlockMask blocks:
                BlockMaskKernel.Run(blocks, x, target);
                break;
            case RankedDropout ranked:
                worker.RankedDropouts.Run(ranked, x, start, target);
                break;
            case MatrixTensor matrix:
                matrix.Values.AsSpan((int)start, length).CopyTo(target);
                break;
            case RandomDropout random:
                RandomDropoutKernel.Run(random, x, start, target);
                break;
            default:
                throw new InvalidOperationException($"No kernel for {step.Node.GetType().Name}.");
        }
    }

    private static void Load(InputTensor input, TileWorker worker, int index, int positionInChunk, Span<float> target)
    {
        var dtype = input.Source.DType;
        var bytes = worker.Input(index, (positionInChunk + target.Length) * dtype.Size())[(positionInChunk * dtype.Size())..];
        var largest = FloatCodec.Decode(dtype, bytes, target);
        if (largest >= FloatCodec.InfinityBits && worker.NonFiniteInputs is { } seen)
        {
            seen[index] = true;
        }

        if (input.RoundTo is { } rounded)
        {
            FloatCodec.Round(rounded, target);
        }
    }

    private static void Run(ScalarOperation operation, ReadOnlySpan<float> x, float value, Span<float> target)
    {
        switch (operation)
        {
            case ScalarOperation.Multiply:
                ElementWise.Apply<MultiplyKernel>(x, value, target);
                break;
            case ScalarOperation.Add:
                ElementWise.Apply<AddKernel>(x, value, target);
                break;
            case ScalarOperation.DivideInto:
                TensorPrimitives.Divide(value, x, target);
                break;
            case ScalarOperation.Max:
                TensorPrimitives.Max(x, value, target);
                break;
            case ScalarOperation.Min:
                TensorPrimitives.Min(x, value, target);
                break;
            case ScalarOperation.IsAbove:
                ElementWise.Apply<IsAboveKernel>(x, value, target);
                break;
            case ScalarOperation.IsAtLeast:
                ElementWise.Apply<IsAtLeastKernel>(x, value, target);
                break;
            case ScalarOperation.OneWhereWithin:
                ElementWise.Apply<OneWhereWithinKernel>(x, value, target);
                break;
            default:
                throw new InvalidOperationException($"No kernel for {operation}.");
        }
    }

    private static void Run(BinaryOperation operation, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> target)
    {
        switch (operation)
        {
            case BinaryOperation.Add:
                ElementWise.Apply<AddKernel>(x, y, target);
                break;
            case BinaryOperation.Subtract:
                ElementWise.Apply<SubtractKernel>(x, y, target);
                break;
            case BinaryOperation.Multiply:
                ElementWise.Apply<MultiplyKernel>(x, y, target);
                break;
            case BinaryOperation.Divide:
                TensorPrimitives.Divide(x, y, target);
                break;
            case BinaryOperation.Where:
                ElementWise.Apply<WhereKernel>(x, y, target);
                break;
            case BinaryOperation.AgreesInSign:
                ElementWise.Apply<AgreesInSignKernel>(x, y, target);
                break;
            default:
                throw new InvalidOperationException($"No kernel for {operation}.");
        }
    }
}
