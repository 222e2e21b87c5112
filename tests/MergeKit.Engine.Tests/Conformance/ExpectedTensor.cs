using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>A tensor of mergekit's output.</summary>
internal sealed record ExpectedTensor(string Name, DType DType, TensorShape Shape, byte[] Bytes)
{
    public float[] Floats()
    {
        var values = new float[Shape.ElementCount];
        FloatCodec.Decode(DType, Bytes, values);
        return values;
    }
}
