using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Devices;

/// <summary>
/// Merges in a process of their own, in which libraries for other devices run: whatever becomes of that process, this one goes on and says so.
/// </summary>
internal static class DeviceHost
{
    /// <summary>Whether a merge is made by a host.</summary>
    public static bool Makes(MergeRequest request) => request.DeviceHost is not null && request.Device.Kind != MergeDeviceKind.Cpu;

    /// <summary>Reports a device for which there is no host.</summary>
    public static void Require(MergeRequest request, DiagnosticBag diagnostics)
    {
        if (request.DeviceHost is null && request.Device.Kind is MergeDeviceKind.Cuda or MergeDeviceKind.TorchCpu)
        {
            var native = request.Device.Kind == MergeDeviceKind.TorchCpu ? "TorchSharp-cpu" : "TorchSharp-cuda-linux (on Windows TorchSharp-cuda-windows)";
            diagnostics.Error(DiagnosticCode.DeviceNotAvailable, request.Position, request.Name, request.Device, native);
        }
    }

    /// <summary>Makes a planned merge.</summary>
    /// <exception cref="MergeException">The host reported errors, cannot be used, or ended without an answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static MergeResult Execute(MergeRequest request, IMergeObserver? observer, CancellationToken cancellation) =>
        Ask(request, isPreview: false, observer, cancellation).Result!;

    /// <summary>Asks what a planned merge would have to do.</summary>
    /// <exception cref="MergeException">The host reported errors, cannot be used, or ended without an answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<MergeWork> Preview(MergeRequest request, IMergeObserver? observer, CancellationToken cancellation) =>
        Ask(request, isPreview: true, observer, cancellation).Preview!;

    private static HostMessage Ask(MergeRequest request, bool isPreview, IMergeObserver? observer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var host = Start(request);
        using var stop = cancellation.Register(host.Stop);
        host.Send(HostRequest.Of(request, isPreview));
        var isKnown = false;
        while (host.Read() is { } message)
        {
            if (message.Engine is { } engine)
            {
                RequireSame(engine, request);
                isKnown = true;
            }
            else if (message.Failure is { } failure)
            {
                throw new MergeException(failure);
            }
            else if (message.IsLast())
            {
                return message;
            }

            Tell(observer, message);
        }

        var end = host.WaitForEnd();
        cancellation.ThrowIfCancellationRequested();
        throw isKnown
            ? new MergeException(DiagnosticCode.DeviceHostFailed, request.Position, request.Device, end, host.Tail)
            : NotUsable(request, $"{end}, it said: {host.Tail}");
    }

    private static HostProcess Start(MergeRequest request)
    {
        if (!File.Exists(request.DeviceHost))
        {
            throw NotUsable(request, "there is no such file");
        }

        try
        {
            return HostProcess.Start(request.DeviceHost);
        }
        catch (IOException e)
        {
            throw NotUsable(request, e.Message);
        }
    }

    private static void RequireSame(EngineIdentity host, MergeRequest request)
    {
        if (host != EngineIdentity.Current)
        {
            throw NotUsable(request, $"it is of MergeKit.Engine.TorchSharp {Describe(host)}, and the build runs MergeKit.Build {Describe(EngineIdentity.Current)}");
        }
    }

    private static string Describe(EngineIdentity engine) => $"{DisplayText.Of(engine.Version, DisplayText.Short)} (format {engine.Format})";

    private static MergeException NotUsable(MergeRequest request, string reason) =>
        new(DiagnosticCode.DeviceHostNotUsable, request.Position, request.Device, request.DeviceHost, reason);

    private static void Tell(IMergeObserver? observer, HostMessage message)
    {
        if (message.Device is { } device)
        {
            observer?.Computing(device);
        }
        else if (message.WaitingFor is { } folder)
        {
            observer?.Waiting(folder);
        }
        else if (message.Starting is { } work)
        {
            observer?.Starting(work);
        }
        else if (message.Progress is { } progress)
        {
            observer?.Report(progress);
        }
    }
}
