namespace MergeKit.Engine.Diagnostics;

/// <summary>Tells the failures of the file system from mistakes of the program.</summary>
internal static class FileErrors
{
    /// <summary>Whether opening or reading a file can fail this way through no fault of the program: missing, locked, forbidden, not a regular file.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>Whether the file system refuses to write.</summary>
    public static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Whether a file could not be opened because somebody else has it: ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK on Linux and macOS.</summary>
    public static bool IsSharingViolation(IOException exception) => (exception.HResult & 0xFFFF) == 32 || exception.HResult is 11 or 35;

    /// <summary>Such a failure while a file or folder of a model was read, as the diagnostic that it is.</summary>
    public static MergeException NotReadable(Exception exception, string path) =>
        new(exception, DiagnosticCode.FileNotReadable, null, path, exception.Message);

    /// <summary>Reads from a file of a model.</summary>
    /// <exception cref="MergeException">The file cannot be opened or read.</exception>
    public static T WhenReading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (Is(exception))
        {
            throw NotReadable(exception, path);
        }
    }
}
