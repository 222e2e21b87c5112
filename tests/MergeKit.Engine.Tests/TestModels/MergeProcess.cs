using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>A process that merges what it is sent: see tests/MergeKit.MergeProbe.</summary>
internal sealed class MergeProcess : IDisposable
{
    private readonly Process process;

    private MergeProcess(Process process) => this.process = process;

    /// <summary>Starts the process and waits until it takes requests.</summary>
    /// <param name="environment">Variables to set for it.</param>
    public static MergeProcess Start(params (string Name, string Value)[] environment) => Start(Host, ["exec", Probe], environment);

    /// <summary>Starts it with an empty file system of its own, kept in memory, at a folder.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="bytes">Size of the file system.</param>
    public static MergeProcess StartWithDisk(string folder, long bytes) => Start("unshare", [.. Mounts.Command(folder, bytes), Host, "exec", Probe], []);

    /// <summary>A path as the process sees it, for this process.</summary>
    public string View(string path) => $"/proc/{process.Id}/root{path}";

    /// <summary>Sends a request. The hub's settings are the environment's, there as here.</summary>
    public void Send(MergeRequest request) => Send(JsonSerializer.Serialize(request));

    /// <summary>Kills the process when a merge has written a number of tensors, or has ended because it had fewer to write.</summary>
    public void KillInMerge(MergeRequest request, int tensors)
    {
        Send(tensors.ToString(CultureInfo.InvariantCulture));
        Send(request);
        Read();
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Waits for the end of a merge; gives its warnings or errors.</summary>
    public string Answer() => JsonSerializer.Deserialize<string>(Read())!;

    /// <summary>Merges; gives the warnings or errors.</summary>
    public string Merge(MergeRequest request)
    {
        Send(request);
        return Answer();
    }

    /// <summary>Kills the process (SIGKILL, which it cannot notice) after a time.</summary>
    public void KillAfter(TimeSpan time)
    {
        Assert.False(process.WaitForExit(time));
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Kills the process when a file is there.</summary>
    public void KillWhenThereIs(string file)
    {
        while (!File.Exists(file))
        {
            Assert.False(process.WaitForExit(10));
        }

        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private void Send(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
    }

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Probe => Path.Combine(AppContext.BaseDirectory, "MergeKit.MergeProbe.dll");

    private static MergeProcess Start(string command, IEnumerable<string> arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new MergeProcess(Process.Start(start)!);
        Assert.Equal("ready", started.Read());
        return started;
    }

    private string Read() => process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process has ended.");
}
