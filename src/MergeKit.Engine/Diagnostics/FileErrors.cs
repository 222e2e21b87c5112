namespace MergeKit.Engine.Diagnostics;

/// <summary>Tells the failures of the file system from mistakes of the program.</summary>
internal static class FileErrors
{
    /// <summary>Whether opening or reading a file can fail this way through no fault of the program: missing, locked, forbidden, not a regular file.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException or NotSupportedException;
}
