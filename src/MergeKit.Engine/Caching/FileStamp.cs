using System.Runtime.InteropServices;
using MergeKit.Engine.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace MergeKit.Engine.Caching;

/// <summary>What the file system tells about a file's content without reading it: files whose stamps differ are not known to be equal.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Time">When the content was last written, in ticks of UTC.</param>
/// <param name="Id">The inode on Linux; elsewhere the ticks of the file's creation, which change with replacement as the inode does.</param>
internal readonly partial record struct FileStamp(long Size, long Time, long Id)
{
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatistics = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;
    private const int NanosecondsPerTick = 100;

    /// <summary>The stamp of the file that a path leads to, through links; null if it is not a regular file or cannot be asked.</summary>
    public static FileStamp? TryRead(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return StatX(CurrentDirectory, path, 0, BasicStatistics, out var status) == 0 ? Of(status) : null;
        }

        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return TryRead(handle);
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            return null;
        }
    }

    /// <summary>The stamp of an open file, whatever has become of its path; null if it is not a regular file or cannot be asked.</summary>
    public static FileStamp? TryRead(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            return StatX(file, "", EmptyPath, BasicStatistics, out var status) == 0 ? Of(status) : null;
        }

        try
        {
            return new FileStamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks, File.GetCreationTimeUtc(file).Ticks);
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            return null;
        }
    }

    private static FileStamp? Of(in Status status) => (status.Mode & TypeMask) == RegularFile
        ? new FileStamp(
            status.Size,
            DateTime.UnixEpoch.Ticks + (status.ModifiedSeconds * TimeSpan.TicksPerSecond) + (status.ModifiedNanoseconds / NanosecondsPerTick),
            status.Inode)
        : null;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle directory, string path, int flags, uint mask, out Status status);

    /// <summary>The kernel's <c>struct statx</c>, which unlike <c>struct stat</c> is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public long Inode;

        [FieldOffset(40)]
        public long Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
