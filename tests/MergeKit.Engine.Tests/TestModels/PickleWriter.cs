using System.Buffers.Binary;
using System.Text;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Writes pickles instruction by instruction, right or wrong; with the instructions of protocol 2, or of protocol 4.</summary>
internal sealed class PickleWriter
{
    private readonly int protocol;
    private readonly List<byte> bytes;

    public PickleWriter(int protocol = 2)
    {
        this.protocol = protocol;
        bytes = [0x80, (byte)protocol];
    }

    public byte[] Bytes => [.. bytes];

    public PickleWriter Op(params ReadOnlySpan<byte> raw)
    {
        bytes.AddRange(raw);
        return this;
    }

    public PickleWriter Op(char opcode) => Op((byte)opcode);

    public PickleWriter Mark() => Op('(');

    public PickleWriter None() => Op('N');

    public PickleWriter EmptyDict() => Op('}');

    public PickleWriter SetItems() => Op('u');

    public PickleWriter Tuple() => Op('t');

    public PickleWriter Put(byte index) => protocol < 4 ? Op((byte)'q', index) : Op(0x94);

    public PickleWriter Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (protocol >= 4)
        {
            return Op(0x8c, (byte)utf8.Length).Op(utf8);
        }

        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op('X').Op(length).Op(utf8);
    }

    public PickleWriter Number(long number)
    {
        var wide = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(wide, number);
        return number switch
        {
            >= 0 and <= byte.MaxValue => Op((byte)'K', wide[0]),
            >= 0 and <= ushort.MaxValue => Op('M').Op(wide.AsSpan(0, 2)),
            >= int.MinValue and <= int.MaxValue => Op('J').Op(wide.AsSpan(0, 4)),
            _ => Op(0x8a, 8).Op(wide),
        };
    }

    public PickleWriter Numbers(params long[] numbers)
    {
        Mark();
        foreach (var number in numbers)
        {
            Number(number);
        }

        return Tuple();
    }

    public PickleWriter Global(string module, string name) =>
        protocol >= 4 ? Text(module).Text(name).Op(0x93) : Op('c').Op(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    /// <summary>An OrderedDict without items.</summary>
    public PickleWriter OrderedDict() => Global("collections", "OrderedDict").Op(')').Op('R');

    public byte[] Stop() => Op('.').Bytes;
}
