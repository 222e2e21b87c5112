using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>Reads from files of the input models; turns what the file system says into a diagnostic.</summary>
internal static class InputFile
{
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (FileErrors.Is(e))
        {
            throw new MergeException(e, DiagnosticCode.FileNotReadable, null, path, e.Message);
        }
    }
}
