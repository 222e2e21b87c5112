using System.Runtime.InteropServices;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>Second names for files: copies that take neither time nor space.</summary>
internal static partial class HardLink
{
    /// <summary>Gives a file, or what a symbolic link leads to, another name.</summary>
    /// <returns>False where the file system refuses: another volume, no support, no permission, a name that is taken, no such file.</returns>
    public static bool TryCreate(string existing, string link)
    {
        try
        {
            var target = File.ResolveLinkTarget(existing, returnFinalTarget: true)?.FullName ?? existing;
            return OperatingSystem.IsWindows() ? CreateHardLink(Path.GetFullPath(link), Path.GetFullPath(target), 0) : Link(target, link) == 0;
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string link);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string link, string existing, nint securityAttributes);
}
