using System.Diagnostics;
using System.Globalization;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>File systems of a child process: made by <c>unshare</c> with the rights of the user, or of a user namespace; gone with the process.</summary>
internal static class Mounts
{
    private static readonly string? Namespace = OperatingSystem.IsLinux() ? new[] { "-m", "-rm" }.FirstOrDefault(CanMount) : null;

    /// <summary>Whether this user may mount anything, one way or the other.</summary>
    public static bool Are => Namespace is not null;

    /// <summary>The arguments of <c>unshare</c> before a command that is to find an empty file system at a folder.</summary>
    public static IEnumerable<string> Command(string folder, long bytes) => Command(Namespace ?? "-m", folder, bytes);

    private static string[] Command(string space, string folder, long bytes) =>
        [space, "sh", "-c", $"mount -t tmpfs -o size={bytes.ToString(CultureInfo.InvariantCulture)} tmpfs \"$0\" && exec \"$@\"", folder];

    private static bool CanMount(string space)
    {
        using var folder = new TemporaryFolder();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", [.. Command(space, folder.Path, 65_536), "true"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
