using System.Runtime.InteropServices;

namespace MergeKit.Engine.Devices;

/// <summary>Finds the dotnet command that runs this process, which is not always the one on the path.</summary>
internal static class DotNetCommand
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

        // The folder is .../shared/Microsoft.NETCore.App/<version>/.
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string?[] candidates = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), System.IO.Path.Combine(root, name)];
        return candidates.FirstOrDefault(File.Exists) ?? name;
    }
}
