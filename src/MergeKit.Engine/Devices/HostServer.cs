using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Devices;

/// <summary>The program of a device host: makes the one merge that it is asked for on its standard input, and ends.</summary>
internal static class HostServer
{
    /// <summary>Serves a request.</summary>
    /// <param name="open">Finds the device; runs after the merge was planned.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<MergeDevice, ITensorBackend> open)
    {
        // Ctrl+C reaches every process of the terminal; the one that asked decides what becomes of its merge.
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var channel = new HostChannel(StandardStreams.TakeOutput());
        channel.Send(new HostMessage { Engine = EngineIdentity.Current });
        var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        if (input.ReadLine() is not { } line)
        {
            return 1;
        }

        using var cancellation = new CancellationTokenSource();
        new Thread(() => CancelAtEnd(input, cancellation)) { IsBackground = true }.Start();
        try
        {
            channel.Send(Answer(HostText.ReadRequest(line), open, new HostObserver(channel, TimeProvider.System), cancellation.Token));
            return 0;
        }
        catch (MergeException e)
        {
            channel.Send(new HostMessage { Failure = e.Diagnostics });
            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 1;
        }
    }

    private static HostMessage Answer(HostRequest request, Func<MergeDevice, ITensorBackend> open, HostObserver observer, CancellationToken cancellation)
    {
        var merge = request.ToMerge();
        using var plan = Merger.Plan(merge, cancellation);
        using var backend = Open(merge, open);
        return request.IsPreview
            ? new HostMessage { Preview = Merger.Preview(plan, backend, observer) }
            : new HostMessage { Result = Merger.Execute(plan, backend, observer, cancellation) };
    }

    private static ITensorBackend Open(MergeRequest request, Func<MergeDevice, ITensorBackend> open)
    {
        try
        {
            return open(request.Device);
        }
        catch (MergeException e)
        {
            // Whoever finds devices does not know who asked for them.
            throw new MergeException([.. e.Diagnostics.Select(diagnostic => diagnostic with { Position = diagnostic.Position ?? request.Position })], e);
        }
    }

    private static void CancelAtEnd(StreamReader input, CancellationTokenSource cancellation)
    {
        while (input.ReadLine() is not null)
        {
        }

        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // The work is done.
        }

        // Code of libraries cannot be cancelled, and nobody may be left who would kill this process.
        Thread.Sleep(HostProcess.Patience);
        Process.GetCurrentProcess().Kill();
    }
}
