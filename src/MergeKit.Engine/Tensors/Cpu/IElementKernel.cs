using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>An element-wise operation as a vector and as a scalar; both give the same bits.</summary>
internal interface IElementKernel
{
    static abstract Vector256<float> Invoke(Vector256<float> x, Vector256<float> y);

    static abstract float Invoke(float x, float y);
}
