using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Reads whole tensors of a model folder.</summary>
internal static class MergedTensors
{
    public static float[] Floats(TensorSource tensor)
    {
        var values = new float[tensor.Shape.ElementCount];
        FloatCodec.Decode(tensor.DType, Bytes(tensor), values);
        return values;
    }

    public static byte[] Bytes(TensorSource tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return bytes;
    }
}
