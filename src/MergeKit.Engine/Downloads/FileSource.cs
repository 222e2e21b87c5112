using System.Globalization;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>A file on a file share, or on this machine.</summary>
/// <param name="path">Its path.</param>
internal sealed class FileSource(string path) : DownloadSource
{
    /// <inheritdoc/>
    public override Task<SourceReply> OpenAsync(long offset, PartialVersion version, CancellationToken cancellation)
    {
        var file = Open();
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{file.Length}-{File.GetLastWriteTimeUtc(path).Ticks}\"");
        var start = offset <= file.Length && version.ETag == tag ? offset : 0;
        file.Position = start;
        return Task.FromResult(new SourceReply(file, file) { Start = start, Total = file.Length, ETag = tag });
    }

    private FileStream Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MergeException(exception, DiagnosticCode.DownloadNotFound, null, path, "there is no such file");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new MergeException(exception, DiagnosticCode.DownloadRefused, null, path, exception.Message.TrimEnd('.'));
        }
    }
}
