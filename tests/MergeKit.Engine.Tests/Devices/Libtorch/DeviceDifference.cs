using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Output;
using MergeKit.Engine.Tests.Conformance;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>How a model that another device merged differs from that of the processor.</summary>
/// <param name="Elements">Elements compared.</param>
/// <param name="Neighbours">Elements that are the next number of the dtype.</param>
/// <param name="Flipped">Elements that are further away: a decision fell the other way.</param>
internal sealed record DeviceDifference(long Elements, long Neighbours, long Flipped)
{
    public static DeviceDifference None { get; } = new(0, 0, 0);

    /// <summary>At most one element in 100 000, or one of fewer, is no neighbour.</summary>
    public bool IsWithinBounds => Flipped <= Math.Max(1, Elements / 100_000);

    public static DeviceDifference operator +(DeviceDifference x, DeviceDifference y) => new(x.Elements + y.Elements, x.Neighbours + y.Neighbours, x.Flipped + y.Flipped);

    /// <summary>Compares two models. All files but the weights, and the records that name their digests, are to have the same bytes.</summary>
    public static DeviceDifference Of(string processor, string device)
    {
        Assert.Equal(OtherFiles(processor), OtherFiles(device));
        using var expected = Checkpoint.Open(processor);
        using var actual = Checkpoint.Open(device);
        Assert.Equal(expected.Tensors.Keys.Order(StringComparer.Ordinal), actual.Tensors.Keys.Order(StringComparer.Ordinal));
        return expected.Tensors.Values.Aggregate(None, (sum, tensor) => sum + Of(tensor, actual.Tensors[tensor.Name]));
    }

    private static DeviceDifference Of(TensorSource expected, TensorSource actual)
    {
        Assert.Equal((expected.Name, expected.DType, expected.Shape), (actual.Name, actual.DType, actual.Shape));
        var (codes, others) = (MergedTensors.Bytes(expected), MergedTensors.Bytes(actual));
        if (!expected.DType.IsFloat() || codes.AsSpan().SequenceEqual(others))
        {
            Assert.Equal(codes, others);
            return new DeviceDifference(expected.Shape.ElementCount, 0, 0);
        }

        var size = expected.DType.Size();
        var distances = Enumerable.Range(0, codes.Length / size).Select(i => Distance(codes.AsSpan(i * size, size), others.AsSpan(i * size, size), expected.DType)).ToList();
        return new DeviceDifference(distances.Count, distances.LongCount(distance => distance == 1), distances.LongCount(distance => distance > 1));
    }

    /// <summary>How many numbers of the dtype two codes are apart; all NaN are one.</summary>
    private static long Distance(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, DType dtype)
    {
        var (first, second) = (Code(x), Code(y));
        return first == second || (IsNaN(x, dtype) && IsNaN(y, dtype)) ? 0
            : IsNaN(x, dtype) || IsNaN(y, dtype) ? long.MaxValue
            : Math.Abs(Ordinal(first, x.Length) - Ordinal(second, y.Length));
    }

    /// <summary>Numbers codes in the order of their values: both zeros have one.</summary>
    private static long Ordinal(ulong code, int size)
    {
        var sign = 1UL << (8 * size - 1);
        return (code & sign) == 0 ? (long)code : -(long)(code & (sign - 1));
    }

    private static ulong Code(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        bytes.CopyTo(wide);
        return BitConverter.ToUInt64(wide);
    }

    private static bool IsNaN(ReadOnlySpan<byte> code, DType dtype)
    {
        Span<float> value = stackalloc float[1];
        FloatCodec.Decode(dtype, code, value);
        return float.IsNaN(value[0]);
    }

    private static Dictionary<string, string> OtherFiles(string folder) =>
        Directory.EnumerateFiles(folder)
            .Where(file => Path.GetExtension(file) != ".safetensors" && Path.GetFileName(file) is not (Provenance.FileName or OutputManifest.FileName))
            .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
}
