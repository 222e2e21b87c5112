using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>An element-wise operation on vectors and scalars; all give the same bits.</summary>
internal interface IElementKernel
{
    static abstract Vector512<float> Invoke(Vector512<float> x, Vector512<float> y);

    static abstract Vector256<float> Invoke(Vector256<float> x, Vector256<float> y);

    static abstract float Invoke(float x, float y);
}
