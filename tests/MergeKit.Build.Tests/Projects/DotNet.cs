using System.Diagnostics;

namespace MergeKit.Build.Tests.Projects;

/// <summary>Runs the dotnet command as a user's shell would: without what the test host's own build left in the environment.</summary>
internal static class DotNet
{
    public static BuildResult Run(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Process.Start(Command(folder, environment, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new BuildResult(process.ExitCode, output + errors.Result);
    }

    public static ProcessStartInfo Command(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var command = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in command.Environment.Keys.Where(IsLeftByHost).ToArray())
            command.Environment.Remove(name);

        command.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        command.Environment["DOTNET_NOLOGO"] = "1";
        command.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        command.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        foreach (var (name, value) in environment)
            command.Environment[name] = value;
        return command;
    }

    private static bool IsLeftByHost(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("HF_", StringComparison.Ordinal)
        || name is "DOTNET_HOST_PATH" or "CI" or "Configuration" or "Platform";
}
