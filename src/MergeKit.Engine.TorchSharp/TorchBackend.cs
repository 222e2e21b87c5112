using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Finds the devices that a user asks for.</summary>
internal static class TorchBackend
{
    /// <summary>Opens devices of libtorch, or the engine's own code where the choice is ours and there is no GPU.</summary>
    /// <exception cref="MergeException">The library or the device is not there.</exception>
    internal static ITensorBackend Open(MergeDevice device) => device.Kind switch
    {
        MergeDeviceKind.Cuda => new LibtorchBackend(Gpus(device)),
        MergeDeviceKind.TorchCpu => new LibtorchBackend([Processor()]),
        MergeDeviceKind.Auto when ReasonAgainstGpus() is { } reason => new CpuBackend($"cpu (auto: {reason})"),
        MergeDeviceKind.Auto => new LibtorchBackend(Gpus(device)),
        _ => new CpuBackend(),
    };

    private static string? ReasonAgainstGpus() =>
        NativeLibraries.ReasonAgainstCuda is { } reason ? $"no libtorch for GPUs, which is in the package {NativeLibraries.CudaPackage}: {reason}"
        : Count() == 0 ? "no GPU answers"
        : null;

    private static torch.Device[] Gpus(MergeDevice device)
    {
        if (NativeLibraries.ReasonAgainstCuda is { } reason)
        {
            throw new MergeException(DiagnosticCode.NativeLibraryMissing, null, device, NativeLibraries.CudaPackage, reason);
        }

        var count = Count();
        if (count == 0 || device.Index >= count)
        {
            throw new MergeException(DiagnosticCode.DeviceNotAnswering, null, device, Present(count));
        }

        var chosen = device.Index is { } index ? [index] : Enumerable.Range(0, count);
        return [.. chosen.Select(number => torch.device(DeviceType.CUDA, number))];
    }

    private static int Count() => torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    private static string Present(int count) => count == 0
        ? "no GPU answers"
        : $"there is {string.Join(", ", Enumerable.Range(0, count).Select(number => $"cuda:{number} ({CudaDriver.NameOf(number)})"))}";

    private static torch.Device Processor() => NativeLibraries.ReasonAgainstCpu is { } reason
        ? throw new MergeException(DiagnosticCode.NativeLibraryMissing, null, new MergeDevice(MergeDeviceKind.TorchCpu), "TorchSharp-cpu", reason)
        : torch.device(DeviceType.CPU);
}
