using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Merging takes the same memory for models of any size. For models of several GB run the probe by hand: see its usage.</summary>
public sealed partial class MemoryTests : IDisposable
{
    private const double LimitMegabytes = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Two_gigabytes_are_merged_in_bounded_memory() => AssertBounded("1.9", "ties (files: 1)");

    /// <summary>What waits to be hashed is bounded for all files together.</summary>
    [Fact]
    public void A_model_of_many_files_is_merged_in_bounded_memory() => AssertBounded("files", "passthrough (files: 6");

    public void Dispose() => folder.Dispose();

    private void AssertBounded(string models, string merge)
    {
        var (exitCode, output) = RunProbe(models, folder["models"]);
        Assert.True(exitCode == 0, output);
        var peak = double.Parse(Peak().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Contains(merge, output, StringComparison.Ordinal);
        Assert.True(peak is > 10 and < LimitMegabytes, output);
        Assert.False(Directory.Exists(folder["models"]));
    }

    private static (int ExitCode, string Output) RunProbe(string models, string folder)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "MergeKit.MemoryProbe.dll"), models, folder },
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
