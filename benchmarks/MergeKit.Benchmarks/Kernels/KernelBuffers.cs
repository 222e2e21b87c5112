using System.Numerics.Tensors;
using MergeKit.Engine.Numerics;

namespace MergeKit.Benchmarks.Kernels;

/// <summary>What kernels read and write: weights as models have them, and room for results.</summary>
internal sealed class KernelBuffers
{
    /// <summary>Elements of a row, where a kernel works on rows; the number of elements is a multiple of it.</summary>
    public const int Row = 2048;

    /// <summary>Weights that differ; they repeat in larger buffers.</summary>
    private const int Distinct = 1 << 16;
    private const double Spread = 0.02;

    /// <summary>How far a fine-tune's weights are from its base's, as a share of the spread of both.</summary>
    private const float FineTuneShare = 0.025f;

    private readonly Dictionary<DType, byte[]> encoded = [];
    private float[]? close;

    /// <summary>Makes room for as many elements as a kernel needs to move so many bytes.</summary>
    public KernelBuffers(Kernel kernel, int bytes)
    {
        var length = bytes / kernel.Bytes / Row * Row;
        (X, Y, Target) = (Weights(1, length), Weights(2, length), new float[length]);
    }

    /// <summary>Weights.</summary>
    public float[] X { get; }

    /// <summary>Other weights.</summary>
    public float[] Y { get; }

    /// <summary>Weights as a fine-tune of the first ones has them.</summary>
    public float[] Close
    {
        get
        {
            if (close is null)
            {
                close = new float[X.Length];
                TensorPrimitives.MultiplyAdd(Y, FineTuneShare, X, close);
            }

            return close;
        }
    }

    /// <summary>Results.</summary>
    public float[] Target { get; }

    /// <summary>The weights as elements of another type.</summary>
    public Span<byte> Encoded(DType dtype)
    {
        if (!encoded.TryGetValue(dtype, out var elements))
        {
            elements = encoded[dtype] = new byte[X.Length * dtype.Size()];
            FloatCodec.Encode(dtype, X, elements);
        }

        return elements;
    }

    private static float[] Weights(int seed, int length)
    {
        var random = new Random(seed);
        var block = new float[Distinct];
        foreach (ref var weight in block.AsSpan())
        {
            weight = (float)(Spread * ((random.NextDouble() * 2) - 1));
        }

        var weights = new float[length];
        for (var start = 0; start < length; start += Distinct)
        {
            var part = weights.AsSpan(start, Math.Min(Distinct, length - start));
            block.AsSpan(0, part.Length).CopyTo(part);
        }

        return weights;
    }
}
