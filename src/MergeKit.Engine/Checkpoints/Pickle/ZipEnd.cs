using System.Buffers.Binary;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>What the records at the end of a zip archive say about its central directory; inside the file.</summary>
/// <param name="Offset">Where the directory begins.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Count">Number of entries.</param>
internal sealed record ZipEnd(long Offset, long Length, long Count)
{
    private const int RecordSize = 22;
    private const int LocatorSize = 20;
    private const int Record64Size = 56;

    /// <summary>Finds the records, which a comment of any length may follow.</summary>
    /// <exception cref="MergeException">There are none, or they are wrong.</exception>
    public static ZipEnd Read(CheckpointFile file)
    {
        var tail = new byte[Math.Min(file.Length, LocatorSize + RecordSize + ushort.MaxValue)];
        var tailOffset = file.Length - tail.Length;
        ZipDirectory.Read(file, tailOffset, tail);
        for (var at = tail.Length - RecordSize; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (Number32(record, 0) == 0x06054b50 && Number16(record, 20) == record.Length - RecordSize)
            {
                var locator = at >= LocatorSize && Number32(tail, at - LocatorSize) == 0x07064b50 ? tail.AsSpan(at - LocatorSize, LocatorSize) : default;
                return locator.IsEmpty ? Checked(file, Of(file, record), tailOffset + at) : Read64(file, locator);
            }
        }

        throw ZipDirectory.Invalid(file, "the directory at its end is missing, as in a file that was cut off");
    }

    private static ZipEnd Of(CheckpointFile file, ReadOnlySpan<byte> record)
    {
        RequireOneDisk(file, Number32(record, 4) == 0 && Number16(record, 8) == Number16(record, 10));
        return new ZipEnd(Number32(record, 16), Number32(record, 12), Number16(record, 10));
    }

    private static ZipEnd Read64(CheckpointFile file, ReadOnlySpan<byte> locator)
    {
        RequireOneDisk(file, Number32(locator, 4) == 0);
        var offset = Number64(locator, 8);
        Span<byte> record = stackalloc byte[Record64Size];
        if (offset < 0 || offset > file.Length - Record64Size)
        {
            throw ZipDirectory.Invalid(file, "its zip64 record is outside the file");
        }

        ZipDirectory.Read(file, offset, record);
        if (Number32(record, 0) != 0x06064b50)
        {
            throw ZipDirectory.Invalid(file, "its zip64 record is missing");
        }

        RequireOneDisk(file, Number64(record, 16) == 0 && Number64(record, 24) == Number64(record, 32));
        return Checked(file, new ZipEnd(Number64(record, 48), Number64(record, 40), Number64(record, 32)), offset);
    }

    private static ZipEnd Checked(CheckpointFile file, ZipEnd end, long limit) =>
        end is { Offset: >= 0, Length: >= 0, Count: >= 0 } && end.Offset <= limit && end.Length <= limit - end.Offset
            ? end
            : throw ZipDirectory.Invalid(file, "its directory is outside the file");

    private static void RequireOneDisk(CheckpointFile file, bool isOne)
    {
        if (!isOne)
        {
            throw ZipDirectory.Invalid(file, "it is one part of several");
        }
    }

    private static int Number16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Number32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Number64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
