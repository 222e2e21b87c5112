using System.Runtime.InteropServices;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// The native libraries of packages beside this one. They are looked for as TorchSharp does, and before it does, as it prints a page of text where it
/// finds none.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>Why there is no libtorch for GPUs; null if there is.</summary>
    public static string? ReasonAgainstCuda => ReasonAgainst("torch_cuda") ?? ReasonAgainst(Binding);

    /// <summary>Why there is no libtorch for the processor, which that for GPUs includes; null if there is.</summary>
    public static string? ReasonAgainstCpu => ReasonAgainst("torch_cpu") ?? ReasonAgainst(Binding);

    /// <summary>The package that has libtorch for GPUs of this system.</summary>
    public static string CudaPackage => OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";

    private static string Binding => "LibTorchSharp";

    private static string? ReasonAgainst(string name)
    {
        try
        {
            NativeLibrary.Load(name, typeof(torch).Assembly, null);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return LoaderMessage.Of(e.Message, name);
        }
    }
}
