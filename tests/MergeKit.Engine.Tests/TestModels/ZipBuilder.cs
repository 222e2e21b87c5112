using System.Buffers.Binary;
using System.Text;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Makes zip archives as torch.save does (nothing compressed, data aligned to 64 bytes), and others that break its rules.</summary>
internal sealed class ZipBuilder
{
    private readonly List<byte> bytes = [];
    private readonly List<byte> directory = [];
    private int count;

    /// <summary>Writes sizes and offsets into zip64 fields.</summary>
    public bool IsZip64 { get; init; }

    /// <summary>Changes an entry's record in the directory before it is written.</summary>
    public Action<string, byte[]>? Record { get; init; }

    public string Comment { get; init; } = "";

    public ZipBuilder Add(string name, byte[] data)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        var offset = bytes.Count;
        var padding = (64 - (offset + 34 + nameBytes.Length) % 64) % 64;
        bytes.AddRange([.. Header(0x04034b50, nameBytes, data.Length, (ushort)(padding + 4)), .. nameBytes, (byte)'F', (byte)'B', (byte)padding, 0, .. new byte[padding], .. data]);
        directory.AddRange(DirectoryEntry(name, nameBytes, data.Length, offset));
        count++;
        return this;
    }

    public byte[] Build()
    {
        var start = bytes.Count;
        var result = new List<byte>([.. bytes, .. directory]);
        if (IsZip64)
        {
            var end = result.Count;
            result.AddRange([.. Little(0x06064b50), .. Little(44L), 45, 0, 45, 0, .. Little(0), .. Little(0), .. Little((long)count), .. Little((long)count), .. Little((long)directory.Count), .. Little((long)start)]);
            result.AddRange([.. Little(0x07064b50), .. Little(0), .. Little((long)end), .. Little(1)]);
            result.AddRange([.. Little(0x06054b50), 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, .. Little(-1), .. Little(-1)]);
        }
        else
        {
            result.AddRange([.. Little(0x06054b50), 0, 0, 0, 0, .. Little((ushort)count), .. Little((ushort)count), .. Little(directory.Count), .. Little(start)]);
        }

        return [.. result, .. Little((ushort)Comment.Length), .. Encoding.ASCII.GetBytes(Comment)];
    }

    private byte[] DirectoryEntry(string name, byte[] nameBytes, int length, int offset)
    {
        byte[] extra = IsZip64 ? [1, 0, 24, 0, .. Little((long)length), .. Little((long)length), .. Little((long)offset)] : [];
        var header = Header(0x02014b50, nameBytes, IsZip64 ? -1 : length, (ushort)extra.Length);
        byte[] record = [.. header[..4], 45, 0, .. header[4..], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Little(IsZip64 ? -1 : offset)];
        Record?.Invoke(name, record);
        return [.. record, .. nameBytes, .. extra];
    }

    private static byte[] Header(int signature, byte[] name, int length, ushort extra) =>
        [.. Little(signature), 45, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Little(length), .. Little(length), .. Little((ushort)name.Length), .. Little(extra)];

    private static byte[] Little(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Little(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Little(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
