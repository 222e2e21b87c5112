using System.Runtime.InteropServices;
using System.Text;

namespace MergeKit.Engine.TorchSharp;

/// <summary>What the driver says of GPUs, by the numbers that libtorch gives them; TorchSharp does not ask.</summary>
internal static partial class CudaDriver
{
    private const string Library = "nvcuda";
    private const int NameLength = 256;

    static CudaDriver() => NativeLibrary.SetDllImportResolver(typeof(CudaDriver).Assembly, Resolve);

    /// <summary>The model of a GPU, for example <c>NVIDIA H200</c>; only its kind if the driver does not say.</summary>
    public static string NameOf(int index)
    {
        var name = new byte[NameLength];
        var isKnown = Ask(() => Initialize(0) == 0 && Get(out var device, index) == 0 && GetName(name, name.Length, device) == 0);
        return isKnown ? Encoding.ASCII.GetString(name.AsSpan(0, Math.Max(0, Array.IndexOf(name, (byte)0)))) : "GPU";
    }

    /// <summary>Bytes of memory of a GPU; 0 if the driver does not say.</summary>
    public static long MemoryOf(int index)
    {
        nuint bytes = 0;
        return Ask(() => Initialize(0) == 0 && Get(out var device, index) == 0 && GetTotalMemory(out bytes, device) == 0) ? (long)bytes : 0;
    }

    private static bool Ask(Func<bool> question)
    {
        try
        {
            return question();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? search) =>
        name == Library && NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver) ? driver : 0;

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int Get(out int device, int index);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static partial int GetName([Out] byte[] name, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    private static partial int GetTotalMemory(out nuint bytes, int device);
}
