using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>x + y.</summary>
internal readonly struct AddKernel : IElementKernel
{
    public static Vector512<float> Invoke(Vector512<float> x, Vector512<float> y) => x + y;

    public static Vector256<float> Invoke(Vector256<float> x, Vector256<float> y) => x + y;

    public static float Invoke(float x, float y) => x + y;
}
