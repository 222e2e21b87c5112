using System.Security.Cryptography;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>A file while it is incomplete. What is written is hashed at once, and stays when a download ends early.</summary>
internal sealed class PartialFile : IDisposable
{
    private const int PieceBytes = 1 << 20;

    private readonly string path;
    private readonly long? expectedSize;
    private readonly bool isVerified;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private FileStream stream;

    private PartialFile(string path, long? expectedSize, bool isVerified)
    {
        this.path = path;
        this.expectedSize = expectedSize;
        this.isVerified = isVerified;
        Version = PartialVersion.Read(VersionPath);
        stream = OpenStream(FileMode.OpenOrCreate, 0);
    }

    /// <summary>Bytes that are here.</summary>
    public long Length { get; private set; }

    /// <summary>The version of the file that they are of.</summary>
    public PartialVersion Version { get; private set; }

    /// <summary>
    /// Whether what follows may be added. If nothing tells versions of the file apart, the start of one and the rest of another would look like
    /// a complete file.
    /// </summary>
    public bool CanBeContinued => isVerified || Version.StrongETag is not null;

    private string VersionPath => path + ".version";

    /// <summary>Opens what an earlier download left, or an empty file.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="expectedSize">Bytes of the whole, if known.</param>
    /// <param name="isVerified">Whether the whole is going to be compared with a digest.</param>
    /// <param name="cancellation">Ends the reading of what is there.</param>
    /// <exception cref="MergeException">The file cannot be written.</exception>
    public static PartialFile Open(string path, long? expectedSize, bool isVerified, CancellationToken cancellation) => WhenWriting(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = new PartialFile(path, expectedSize, isVerified);
        try
        {
            if (partial.stream.Length > (expectedSize ?? long.MaxValue) || !partial.CanBeContinued)
            {
                partial.StartOver(PartialVersion.Unknown);
            }
            else
            {
                partial.HashContent(cancellation);
            }

            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    });

    /// <summary>Forgets what is here, and takes the space that the whole is known to need.</summary>
    /// <exception cref="MergeException">There is not enough space, or the file cannot be written.</exception>
    public void StartOver(PartialVersion version) => WhenWriting(path, () =>
    {
        // In this order a kill in between never leaves bytes of one version beside the name of another.
        File.Delete(VersionPath);
        stream.Dispose();
        stream = OpenStream(FileMode.Create, expectedSize ?? 0);
        hash.GetHashAndReset();
        Length = 0;
        Version = version;
        if (version != PartialVersion.Unknown)
        {
            version.Write(VersionPath);
        }

        return true;
    });

    /// <summary>Adds the bytes that follow.</summary>
    /// <exception cref="UnfitContent">They are more than the whole is known to have.</exception>
    /// <exception cref="MergeException">The file cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > expectedSize)
        {
            throw new UnfitContent($"{expectedSize} bytes", "more");
        }

        try
        {
            stream.Write(bytes);
        }
        catch (Exception exception) when (FileErrors.IsRefusal(exception))
        {
            throw NotWritten(exception, path);
        }

        hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>SHA-256 of what is here, in lowercase hexadecimal.</summary>
    public string Digest() => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>Checks the name that git gives what is here; null expects nothing.</summary>
    /// <exception cref="UnfitContent">The names differ.</exception>
    public void ThrowIfBlobDiffers(string? expected) => UnfitContent.ThrowIfBlobDiffers(expected, stream);

    /// <summary>Puts the complete file in its place, in which it is never seen otherwise.</summary>
    /// <exception cref="MergeException">The file cannot be written or moved.</exception>
    public void Publish(string destination) => WhenWriting(destination, () =>
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        File.Move(path, destination, overwrite: true);
        File.Delete(VersionPath);
        DirectoryEntries.FlushToDisk(Path.GetDirectoryName(destination)!);
        return true;
    });

    /// <summary>Deletes what is here, because it is of no use.</summary>
    public void Delete() => WhenWriting(path, () =>
    {
        stream.Dispose();
        File.Delete(VersionPath);
        File.Delete(path);
        return true;
    });

    /// <summary>Closes the file; it stays.</summary>
    public void Dispose()
    {
        stream.Dispose();
        hash.Dispose();
    }

    /// <summary>Runs a file operation; turns what the file system says into a diagnostic.</summary>
    public static T WhenWriting<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (FileErrors.IsRefusal(exception))
        {
            throw NotWritten(exception, path);
        }
    }

    private static MergeException NotWritten(Exception exception, string path) =>
        new(exception, DiagnosticCode.DownloadNotWritten, null, path, exception.Message.TrimEnd('.'));

    private FileStream OpenStream(FileMode mode, long preallocated) => new(path, new FileStreamOptions
    {
        Mode = mode,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        BufferSize = 0,
        PreallocationSize = preallocated,
    });

    private void HashContent(CancellationToken cancellation)
    {
        var buffer = new byte[Math.Min(PieceBytes, stream.Length)];
        for (int read; (read = stream.Read(buffer)) > 0; Length += read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
    }
}
