using System.Buffers.Binary;
using System.Text;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>
/// The table of contents of a zip archive (PKWARE's APPNOTE.TXT, with zip64), read and checked at once: names are plain and unique, and no two
/// entries share bytes. Own code, as tensors are read from places in the file, which the platform's reader does not tell.
/// </summary>
internal static class ZipDirectory
{
    private const int MaximumLength = 64 << 20;
    private const int EntrySize = 46;
    private const int HeaderSize = 30;
    private const uint In64 = uint.MaxValue;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the directory.</summary>
    /// <returns>The entries by name (ordinal).</returns>
    /// <exception cref="MergeException">The file is no such archive.</exception>
    public static IReadOnlyDictionary<string, ZipEntry> Read(CheckpointFile file)
    {
        var end = ZipEnd.Read(file);
        if (end.Length > MaximumLength || end.Count > end.Length / EntrySize)
        {
            throw Invalid(file, $"its directory has {end.Count} entries in {end.Length} bytes, and at most {MaximumLength} bytes are allowed");
        }

        var bytes = new byte[end.Length];
        Read(file, end.Offset, bytes);
        var entries = new Dictionary<string, ZipEntry>((int)end.Count, StringComparer.Ordinal);
        var rest = bytes.AsSpan();
        for (var i = 0L; i < end.Count; i++)
        {
            var entry = ReadEntry(file, ref rest, end.Offset);
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw Invalid(file, $"entry '{DisplayText.Of(entry.Name)}' is there twice");
            }
        }

        RequireApart(file, entries.Values);
        return entries;
    }

    /// <summary>Reads bytes that the file must have.</summary>
    /// <exception cref="MergeException">The file became shorter, or cannot be read.</exception>
    public static void Read(CheckpointFile file, long offset, Span<byte> destination)
    {
        if (file.Fill(offset, destination) < destination.Length)
        {
            throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, file.Path);
        }
    }

    /// <summary>Makes the error for an archive that is not what it should be.</summary>
    public static MergeException Invalid(CheckpointFile file, string reason) => new(DiagnosticCode.ContainerInvalid, null, file.Path, reason);

    private static ZipEntry ReadEntry(CheckpointFile file, ref Span<byte> rest, long limit)
    {
        if (rest.Length < EntrySize || Number32(rest, 0) != 0x02014b50)
        {
            throw Invalid(file, "its directory is damaged");
        }

        var (nameLength, extraLength, commentLength) = (Number16(rest, 28), Number16(rest, 30), Number16(rest, 32));
        if (rest.Length - EntrySize < nameLength + extraLength + commentLength)
        {
            throw Invalid(file, "its directory is damaged");
        }

        var name = NameOf(file, rest.Slice(EntrySize, nameLength));
        var extra = Extra64(rest.Slice(EntrySize + nameLength, extraLength));
        var length = Wide(file, name, Number32(rest, 24), ref extra);
        var storedLength = Wide(file, name, Number32(rest, 20), ref extra);
        var offset = Wide(file, name, Number32(rest, 42), ref extra);
        var (flags, method) = (Number16(rest, 8), Number16(rest, 10));
        var isPlain = method == 0 && (flags & 0x2041) == 0;
        if (isPlain && length != storedLength)
        {
            throw Invalid(file, $"entry '{DisplayText.Of(name)}' gives two lengths");
        }

        var data = DataOffset(file, name, rest.Slice(EntrySize, nameLength), offset, limit);
        if (storedLength < 0 || storedLength > limit - data)
        {
            throw Invalid(file, $"entry '{DisplayText.Of(name)}' is outside the file");
        }

        rest = rest[(EntrySize + nameLength + extraLength + commentLength)..];
        return new ZipEntry(name, isPlain, offset, data, storedLength);
    }

    /// <summary>The local header repeats the name and has its own padding before the data.</summary>
    private static long DataOffset(CheckpointFile file, string name, ReadOnlySpan<byte> nameBytes, long offset, long limit)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (offset < 0 || offset > limit - HeaderSize - nameBytes.Length)
        {
            throw Invalid(file, $"entry '{DisplayText.Of(name)}' is outside the file");
        }

        Read(file, offset, header);
        var local = new byte[nameBytes.Length];
        Read(file, offset + HeaderSize, local);
        if (Number32(header, 0) != 0x04034b50 || Number16(header, 26) != nameBytes.Length || !nameBytes.SequenceEqual(local))
        {
            throw Invalid(file, $"entry '{DisplayText.Of(name)}' is not where the directory says");
        }

        return offset + HeaderSize + nameBytes.Length + Number16(header, 28);
    }

    /// <summary>Nothing is ever written under these names; what plays tricks with paths is refused all the same.</summary>
    private static string NameOf(CheckpointFile file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var name = StrictUtf8.GetString(bytes);
            return name.Length > 0 && name[0] != '/' && !name.AsSpan().ContainsAny('\\', '\0') && !name.Split('/').Contains("..")
                ? name
                : throw Invalid(file, $"'{DisplayText.Of(name)}' is no plain name for an entry");
        }
        catch (DecoderFallbackException)
        {
            throw Invalid(file, "the name of an entry is not UTF-8");
        }
    }

    private static ReadOnlySpan<byte> Extra64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = Number16(extra, 2);
            if (length > extra.Length - 4)
            {
                return default;
            }

            if (Number16(extra, 0) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return default;
    }

    /// <summary>A number of 32 bits, or the next one of the zip64 field if it did not fit.</summary>
    private static long Wide(CheckpointFile file, string name, uint narrow, ref ReadOnlySpan<byte> extra)
    {
        if (narrow != In64)
        {
            return narrow;
        }

        if (extra.Length < 8)
        {
            throw Invalid(file, $"entry '{DisplayText.Of(name)}' lacks its zip64 field");
        }

        var wide = BinaryPrimitives.ReadInt64LittleEndian(extra);
        extra = extra[8..];
        return wide;
    }

    private static void RequireApart(CheckpointFile file, IEnumerable<ZipEntry> entries)
    {
        ZipEntry? previous = null;
        foreach (var entry in entries.OrderBy(entry => entry.HeaderOffset))
        {
            if (entry.HeaderOffset < previous?.End)
            {
                throw Invalid(file, $"entries '{DisplayText.Of(previous.Name)}' and '{DisplayText.Of(entry.Name)}' overlap");
            }

            previous = entry;
        }
    }

    private static int Number16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Number32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
