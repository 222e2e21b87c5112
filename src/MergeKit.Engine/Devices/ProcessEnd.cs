using System.Globalization;

namespace MergeKit.Engine.Devices;

/// <summary>Says in words how a process ended.</summary>
internal static class ProcessEnd
{
    /// <summary>What is added to a signal's number where the exit code stands for one.</summary>
    private const int FirstSignal = 128;

    public static string Describe(int exitCode) => Describe(exitCode, OperatingSystem.IsWindows());

    internal static string Describe(int exitCode, bool isWindows) => exitCode switch
    {
        0 => "it ended without an answer",
        _ when isWindows => exitCode < 0 ? string.Create(CultureInfo.InvariantCulture, $"exit code 0x{exitCode:X8}") : Code(exitCode),
        FirstSignal + 6 => "aborted (signal 6)",
        FirstSignal + 9 => "killed (signal 9), as systems do when memory runs out",
        FirstSignal + 11 => "invalid memory access (signal 11)",
        > FirstSignal and < FirstSignal + 65 => string.Create(CultureInfo.InvariantCulture, $"ended by signal {exitCode - FirstSignal}"),
        _ => Code(exitCode),
    };

    private static string Code(int exitCode) => string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}");
}
