using System.Diagnostics;
using System.Text.Json;

namespace MergeKit.Benchmarks.Measuring;

/// <summary>This program once more, in a process of its own.</summary>
internal static class ThisProgram
{
    /// <summary>Runs a command; gives back what it printed, read as JSON.</summary>
    /// <param name="input">What it reads.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static T Run<T>(string input, params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var command = new ProcessStartInfo(program, isHost ? arguments.Prepend(typeof(ThisProgram).Assembly.Location) : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(command)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(output)!
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed in a process of its own.");
    }
}
