using System.Runtime.InteropServices;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// The native libraries of packages beside this one. They are looked for as TorchSharp does, and before it does, as it prints a page of text where it
/// finds none.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>Whether there is libtorch for GPUs, and it loads.</summary>
    public static bool HasCuda => IsThere("torch_cuda") && IsThere(Binding);

    /// <summary>Whether there is libtorch for the processor, which that for GPUs includes, and it loads.</summary>
    public static bool HasCpu => IsThere("torch_cpu") && IsThere(Binding);

    /// <summary>The package that has libtorch for GPUs of this system.</summary>
    public static string CudaPackage => OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";

    private static string Binding => "LibTorchSharp";

    private static bool IsThere(string name) => NativeLibrary.TryLoad(name, typeof(torch).Assembly, null, out _);
}
