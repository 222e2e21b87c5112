using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Merging takes the same memory for models of any size. For models of several GB run the probe by hand: see its usage.</summary>
public sealed partial class MemoryTests : IDisposable
{
    private const double LimitMegabytes = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Two_gigabytes_are_merged_in_bounded_memory()
    {
        var (exitCode, output) = RunProbe(folder["models"]);
        Assert.True(exitCode == 0, output);
        var peak = double.Parse(Peak().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(peak is > 10 and < LimitMegabytes, output);
        Assert.False(Directory.Exists(folder["models"]));
    }

    public void Dispose() => folder.Dispose();

    private static (int ExitCode, string Output) RunProbe(string folder)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "MergeKit.MemoryProbe.dll"), "1.9", folder },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var texts = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            process.WaitForExit();
        }

        return (process.ExitCode, string.Concat(texts.GetAwaiter().GetResult()));
    }

    [GeneratedRegex(@"peak resident memory: (\d+) MB")]
    private static partial Regex Peak();
}
