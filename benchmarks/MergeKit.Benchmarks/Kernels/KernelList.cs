using System.Numerics.Tensors;
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
    public static readonly IReadOnlyList<Kernel> All = [Copy, .. FloatTypes.SelectMany(Codecs), .. Arithmetic, .. Masks, .. Reductions];

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
        new("magnitude mask", 4, 4, b => MagnitudeMaskKernel.Run(b.X, new MagnitudeBoundary(BitConverter.SingleToUInt32Bits(0.01f), 0, 0), 0, b.Target)),
        new("random dropout", 4, 4, b => RandomDropoutKernel.Run(new RandomDropout(Rows(b.X), 1, 0.5), b.X, 0, b.Target)),
        new("ranked random dropout", 4, 4, b => new RankedDropoutKernel().Run(new RankedDropout(Rows(b.X), 1, 0.5, 0.15), b.X, 0, b.Target)),
    ];

    private static IEnumerable<Kernel> Reductions =>
    [
        new("dot product", 8, 0, b => DotKernel.Run(b.X, b.Y)),
    ];

    private static IEnumerable<Kernel> Codecs(DType dtype) =>
    [
        new($"decode {dtype.SafetensorsName()}", dtype.Size(), 4, b => FloatCodec.Decode(dtype, b.Encoded(dtype), b.Target)),
        new($"encode {dtype.SafetensorsName()}", 4, dtype.Size(), b => FloatCodec.Encode(dtype, b.X, b.Encoded(dtype))),
        .. dtype.Size() < 4 ? [new($"round to {dtype.SafetensorsName()}", 4, 4, b => FloatCodec.Round(dtype, b.Target))] : Array.Empty<Kernel>(),
    ];

    private static MatrixTensor Rows(float[] x) => new(new TensorShape(x.Length / KernelBuffers.Row, KernelBuffers.Row), x);
}
