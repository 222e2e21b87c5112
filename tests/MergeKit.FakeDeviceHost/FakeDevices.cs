using System.Diagnostics;
using System.Text;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;
using Microsoft.Win32.SafeHandles;

namespace MergeKit.FakeDeviceHost;

/// <summary>What becomes of a merge, by the number of the GPU that it asks for.</summary>
internal static class FakeDevices
{
    /// <summary>Opens a device.</summary>
    public static ITensorBackend Open(MergeDevice device) => device switch
    {
        { Kind: MergeDeviceKind.Auto } => new CpuBackend("cpu (auto: no GPU answers)"),
        { Kind: MergeDeviceKind.TorchCpu } => new FakeBackend("fake library 1.0", _ => { }),
        { Index: 1 } => new FakeBackend(null, _ => Environment.FailFast("the library has aborted")),
        { Index: 2 } => new FakeBackend(null, _ => Process.GetCurrentProcess().Kill()),
        { Index: 3 } => new FakeBackend(null, cancellation => cancellation.WaitHandle.WaitOne()),
        { Index: 4 } => new FakeBackend(null, _ => Thread.Sleep(Timeout.Infinite)),
        { Index: 5 } => throw new MergeException(DiagnosticCode.DeviceNotAvailable, null, "?", device, "?"),
        { Index: 6 } => throw new InvalidOperationException($"a mistake; tokens: {Environment.GetEnvironmentVariable("HF_TOKEN")}"),
        { Index: 7 } => new FakeBackend(null, _ => PrintJunk()),
        _ => new CpuBackend("fake GPU"),
    };

    private static void PrintJunk()
    {
        Console.WriteLine("junk by the program");
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write);
        output.Write(Encoding.UTF8.GetBytes("junk by a library, without an end of line"));
    }
}
