using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MergeKit.Engine.Devices;

/// <summary>
/// A process of a device host. Its standard input says that somebody waits for it: when that ends, by <see cref="Stop"/> or because this
/// process is gone, the host cancels its work. One that does not is killed.
/// </summary>
internal sealed class HostProcess : IDisposable
{
    /// <summary>What a host, which cancels after the piece that it computes, may take to end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What is printed before a process dies is there at once; this is for processes that others have inherited the stream from.</summary>
    private static readonly TimeSpan PatienceForErrors = TimeSpan.FromSeconds(2);

    /// <summary>A host downloads nothing, and what does not have them cannot print them.</summary>
    private static readonly string[] Secrets = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "MERGEKIT_WEIGHTS_TOKEN"];

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Process process;
    private readonly TimeSpan patience;
    private readonly Task errors;

    private HostProcess(Process process, TimeSpan patience)
    {
        (this.process, this.patience) = (process, patience);
        errors = Task.Factory.StartNew(ReadErrors, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What it printed last that is no message.</summary>
    public OutputTail Tail { get; } = new();

    /// <summary>Starts a host.</summary>
    /// <param name="assembly">Full path of its assembly.</param>
    /// <param name="patience">What it may take to end; <see cref="Patience"/> unless told otherwise.</param>
    /// <exception cref="IOException">The process cannot be started.</exception>
    public static HostProcess Start(string assembly, TimeSpan? patience = null)
    {
        var start = new ProcessStartInfo(DotNetCommand.Path, ["exec", assembly])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding,
            StandardOutputEncoding = Encoding,
            StandardErrorEncoding = Encoding,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var secret in Secrets)
        {
            start.Environment.Remove(secret);
        }

        try
        {
            return new HostProcess(Process.Start(start)!, patience ?? Patience);
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{start.FileName}: {e.Message}", e);
        }
    }

    /// <summary>Sends a request; if the process does not take it, its end says why.</summary>
    public void Send(HostRequest request)
    {
        try
        {
            process.StandardInput.WriteLine(HostText.Write(request));
            process.StandardInput.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended, or was stopped.
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>Null when the process has ended, or says no more.</returns>
    public HostMessage? Read()
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (HostText.ReadMessage(line) is { } message)
            {
                return message;
            }

            Tail.Add(line);
        }

        return null;
    }

    /// <summary>How the process ended, in words, once <see cref="Read"/> gives nothing more.</summary>
    public string WaitForEnd()
    {
        if (!process.WaitForExit(patience))
        {
            return "it closed its output";
        }

        errors.Wait(PatienceForErrors);
        return ProcessEnd.Describe(process.ExitCode);
    }

    /// <summary>Tells the process to end, and sees that it does. Does not wait.</summary>
    public void Stop()
    {
        // First, because closing waits for a process that does not take what was sent to it.
        _ = Task.Delay(patience).ContinueWith(_ => Kill(), TaskScheduler.Default);
        CloseInput();
    }

    /// <summary>Ends the process: at once if it has nothing more to do.</summary>
    public void Dispose()
    {
        CloseInput();
        if (!process.WaitForExit(patience))
        {
            Kill();
            process.WaitForExit(patience);
        }

        errors.Wait(PatienceForErrors);
        process.Dispose();
    }

    private void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // What was not written yet has no reader.
        }
    }

    private void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }

    private void ReadErrors()
    {
        try
        {
            while (process.StandardError.ReadLine() is { } line)
            {
                Tail.Add(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed while something else still holds the stream.
        }
    }
}
