using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>The bytes of pickles in a part of a file, read in order. Lengths are checked before anything is allocated for them.</summary>
/// <param name="file">The file.</param>
/// <param name="begin">First byte.</param>
/// <param name="end">The byte after the last that may belong to a pickle.</param>
internal sealed class PickleStream(CheckpointFile file, long begin, long end)
{
    /// <summary>Several times what the pickle of a model of a hundred thousand tensors needs.</summary>
    public const int MaximumLength = 128 << 20;

    private const int LongestLine = 1000;
    private const int LongestNumber = byte.MaxValue;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly long last = begin + MaximumLength;
    private readonly byte[] buffer = new byte[Math.Min(16 << 10, end - begin)];
    private int current;
    private int filled;

    /// <summary>Full path of the file.</summary>
    public string Path => file.Path;

    /// <summary>Offset in the file of the next byte.</summary>
    public long Position { get; private set; } = begin;

    public byte ReadByte()
    {
        RequireAvailable(1);
        if (current == filled)
        {
            Refill();
        }

        Position++;
        return buffer[current++];
    }

    public int ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long ReadUInt32() => (uint)ReadInt32();

    /// <summary>Reads a length of eight bytes; those beyond 63 bits come back as the largest.</summary>
    public long ReadLength64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Read(bytes);
        return (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue);
    }

    public double ReadDouble()
    {
        Span<byte> bytes = stackalloc byte[8];
        Read(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    /// <summary>Reads a number in two's complement, as a <see cref="long"/> where it fits and a <see cref="BigInteger"/> where not.</summary>
    public object ReadNumber(long length)
    {
        if (length is < 0 or > LongestNumber)
        {
            throw Invalid($"a number has {length} bytes, and at most {LongestNumber} are allowed");
        }

        Span<byte> bytes = stackalloc byte[(int)length];
        Read(bytes);
        return Narrow(new BigInteger(bytes));
    }

    /// <summary>A number as a <see cref="long"/> where it fits.</summary>
    public static object Narrow(BigInteger number) => number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;

    /// <summary>Reads UTF-8.</summary>
    public string ReadText(long length)
    {
        RequireAvailable(length);
        Span<byte> bytes = length <= 512 ? stackalloc byte[(int)length] : new byte[length];
        Read(bytes);
        return Decode(bytes);
    }

    /// <summary>Reads to the end of the line, which is that of a name or a number.</summary>
    public string ReadLine()
    {
        Span<byte> bytes = stackalloc byte[LongestLine];
        for (var length = 0; length < bytes.Length; length++)
        {
            bytes[length] = ReadByte();
            if (bytes[length] == '\n')
            {
                return Decode(bytes[..length]);
            }
        }

        throw Invalid($"a line has more than {LongestLine} bytes");
    }

    /// <summary>Makes the error for a pickle that is not what it should be.</summary>
    public MergeException Invalid(string reason) => new(DiagnosticCode.PickleInvalid, null, file.Path, Position.ToString(CultureInfo.InvariantCulture), reason);

    private void Read(Span<byte> destination)
    {
        RequireAvailable(destination.Length);
        Position += destination.Length;
        while (!destination.IsEmpty)
        {
            if (current == filled)
            {
                Refill(Position - destination.Length);
            }

            var count = Math.Min(destination.Length, filled - current);
            buffer.AsSpan(current, count).CopyTo(destination);
            current += count;
            destination = destination[count..];
        }
    }

    private void Refill() => Refill(Position);

    private void Refill(long offset)
    {
        current = 0;
        filled = file.Fill(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - offset)));
        if (filled == 0)
        {
            throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, file.Path);
        }
    }

    private void RequireAvailable(long count)
    {
        if (count > end - Position)
        {
            throw Invalid($"{count} more bytes are needed and {end - Position} are left");
        }

        if (count > last - Position)
        {
            throw Invalid($"it has more than {MaximumLength} bytes");
        }
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid("a text is not UTF-8");
        }
    }
}
