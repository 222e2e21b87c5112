using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MergeKit.Engine.Caching.Hashing;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Benchmarks.Kernels;

/// <summary>The kernels to measure.</summary>
internal static class KernelList
{
    private const float Number = 0.7f;

    private static readonly DType[] FloatTypes = [DType.BF16, DType.F16, DType.F8E4M3, DType.F8E5M2, DType.F32, DType.F64];

    /// <summary>The copy that the others are compared with.</summary>
    public static readonly Kernel Copy = new("memory copy", 4, 4, b => b.X.AsSpan().CopyTo(b.Target));

    /// <summary>All of them, the copy first.</summary>
    public static readonly IReadOnlyList<Kernel> All = [Copy, .. FloatTypes.SelectMany(Codecs), .. Arithmetic, .. Masks, .. Reductions, .. Hashes];

    private static IEnumerable<Kernel> Arithmetic =>
    [
        new("add", 8, 4, b => TensorPrimitives.Add(b.X, b.Y, b.Target)),
        new("multiply", 8, 4, b => TensorPrimitives.Multiply(b.X, b.Y, b.Target)),
        new("divide", 8, 4, b => TensorPrimitives.Divide(b.X, b.Y, b.Target)),
        new("multiply by a number", 4, 4, b => TensorPrimitives.Multiply(b.X, Number, b.Target)),
        new("add a multiple", 8, 4, b => TensorPrimitives.MultiplyAdd(b.Y, Number, b.X, b.Target)),
        new("magnitude", 4, 4, b => TensorPrimitives.Abs(b.X, b.Target)),
        new("exponential", 4, 4, b => ElementWise.Apply<ExponentialKernel>(b.X, b.X, b.Target)),
        new("hyperbolic tangent", 4, 4, b => ElementWise.Apply<HyperbolicTangentKernel>(b.X, b.X, b.Target)),
    ];

    private static IEnumerable<Kernel> Masks =>
    [
        new("where", 8, 4, b => ElementWise.Apply<WhereKernel>(b.X, b.Y, b.Target)),
        new("agrees in sign", 8, 4, b => ElementWise.Apply<AgreesInSignKernel>(b.X, b.Y, b.Target)),
        new("is above", 4, 4, b => ElementWise.Apply<IsAboveKernel>(b.X, Number, b.Target)),
        new("one where within", 4, 4, b => ElementWise.Apply<OneWhereWithinKernel>(b.X, Number, b.Target)),
        new("magnitude mask", 4, 4, b => MagnitudeMaskKernel.Run(b.X, new MagnitudeBoundary(Magnitude(0.01f), 0, 0), 0, b.Target)),
        new("random dropout", 4, 4, b => RandomDropoutKernel.Run(new RandomDropout(Rows(b.X), 1, 0.5), b.X, 0, b.Target)),
        new("ranked random dropout", 4, 4, b => new RankedDropoutKernel().Run(new RankedDropout(Rows(b.X), 1, 0.5, 0.15), b.X, 0, b.Target)),
    ];

    private static IEnumerable<Kernel> Reductions =>
    [
        new("dot product", 8, 0, b => DotKernel.Run(b.X, b.Y)),
        new("absolute sum", 4, 0, b => AbsoluteSumKernel.Run(b.X)),
        new("magnitude count", 4, 0, b => MagnitudeCountKernel.AtLeast(b.X, Magnitude(0.01f))),
        new("magnitude window", 4, 0, b => DivideByWindow(b.X)),
        new("divergence of near rows", 8, 0, b => Divergences(b.Close, b.X)),
        new("divergence of distant rows", 8, 0, b => Divergences(b.Y, b.X)),

        // Per element of the buffer, of which a quarter is written: operands and result have to be parts of one array.
        new("variance over 3", 3, 1, b => VarianceOfQuarters(b.X)),
    ];

    /// <summary>The engine's, and the platform's that files need.</summary>
    private static IEnumerable<Kernel> Hashes =>
    [
        new("BLAKE3", 4, 0, b => Blake3Of(MemoryMarshal.AsBytes(b.X.AsSpan()))),
        new("SHA-256", 4, 0, b => SHA256.HashData(MemoryMarshal.AsBytes(b.X.AsSpan()))),
    ];

    private static IEnumerable<Kernel> Codecs(DType dtype) =>
    [
        new($"decode {dtype.SafetensorsName()}", dtype.Size(), 4, b => FloatCodec.Decode(dtype, b.Encoded(dtype), b.Target)),
        new($"encode {dtype.SafetensorsName()}", 4, dtype.Size(), b => FloatCodec.Encode(dtype, b.X, b.Encoded(dtype))),
        .. dtype.Size() < 4 ? [new($"round to {dtype.SafetensorsName()}", 4, 4, b => FloatCodec.Round(dtype, b.Target))] : Array.Empty<Kernel>(),
    ];

    private static uint Magnitude(float value) => BitConverter.SingleToUInt32Bits(value);

    /// <summary>One weight of a hundred is inside.</summary>
    private static void DivideByWindow(ReadOnlySpan<float> x)
    {
        var window = new MagnitudeWindow(Magnitude(0.0099f), Magnitude(0.0101f), Magnitude(0.01f));
        Span<uint> inside = stackalloc uint[KernelBuffers.Row + MagnitudeWindowKernel.Slack];
        for (var row = 0; row < x.Length; row += KernelBuffers.Row)
        {
            MagnitudeWindowKernel.Run(x.Slice(row, KernelBuffers.Row), window, inside);
        }
    }

    private static void Divergences(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var kernel = new RowDivergenceKernel(KernelBuffers.Row);
        for (var row = 0; row < x.Length; row += KernelBuffers.Row)
        {
            kernel.Run(x.Slice(row, KernelBuffers.Row), y.Slice(row, KernelBuffers.Row));
        }
    }

    private static void VarianceOfQuarters(Span<float> values)
    {
        var quarter = values.Length / 4;
        nint distance = quarter * sizeof(float);
        VarianceKernel.Run([-3 * distance, -2 * distance, -distance], 1f / 3, values[(3 * quarter)..]);
    }

    private static void Blake3Of(ReadOnlySpan<byte> bytes)
    {
        var hash = new Blake3();
        hash.Append(bytes);
        hash.Take();
    }

    private static MatrixTensor Rows(float[] x) => new(new TensorShape(x.Length / KernelBuffers.Row, KernelBuffers.Row), x);
}
