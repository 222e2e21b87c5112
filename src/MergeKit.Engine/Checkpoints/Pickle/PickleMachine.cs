using System.Globalization;
using MergeKit.Engine.Diagnostics;
using static MergeKit.Engine.Checkpoints.Pickle.PickleOpcode;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>
/// Reads pickles as data. A pickle is a program for a stack machine (https://docs.python.org/3/library/pickletools.html); this machine makes
/// plain values, containers and descriptions of tensors, and knows no other instructions and no other names, so there is nothing that a
/// pickle could run. Steps are counted, containers are never walked through, and nothing is allocated on the word of a length alone.
/// </summary>
internal sealed class PickleMachine(PickleStream stream)
{
    /// <summary>A tensor takes some forty steps.</summary>
    private const int MaximumSteps = 8_000_000;

    /// <summary>Of the stack and of the memo; picklers keep the first short and use the second a dozen times per tensor.</summary>
    private const int MaximumValues = 2_000_000;

    private const int NewestProtocol = 5;

    private readonly PickleLines lines = new(stream);
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<long, object?> memo = [];
    private readonly Dictionary<string, PickleStorage> storages = new(StringComparer.Ordinal);
    private int steps;

    /// <summary>The storages that pickles referred to, by key.</summary>
    public IReadOnlyDictionary<string, PickleStorage> Storages => storages;

    /// <summary>Runs the next pickle of the stream.</summary>
    /// <returns>
    /// What it makes: null, <see cref="bool"/>, <see cref="long"/>, <see cref="System.Numerics.BigInteger"/>, <see cref="double"/>, <see cref="string"/>, one of the classes beside this one.
    /// </returns>
    /// <exception cref="MergeException">The pickle is damaged, or asks for what it may not have.</exception>
    public object? Run()
    {
        stack.Clear();
        marks.Clear();
        memo.Clear();
        while (Next() is var opcode && opcode != Stop)
        {
            Step(opcode);
        }

        return Pop();
    }

    private PickleOpcode Next() => ++steps <= MaximumSteps
        ? (PickleOpcode)stream.ReadByte()
        : throw stream.Invalid($"it has more than {MaximumSteps} instructions");

    private void Step(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case Proto:
                RequireProtocol(stream.ReadByte());
                break;
            case Frame:
                stream.ReadLength64();
                break;
            case Mark:
                marks.Push(stack.Count);
                break;
            case PickleOpcode.Pop:
                Pop();
                break;
            case PopMark:
                PopToMark();
                break;
            case Put or BinPut or LongBinPut or Memoize:
                memo[opcode switch { Put => lines.ReadIndex(), BinPut => stream.ReadByte(), LongBinPut => stream.ReadUInt32(), _ => memo.Count }] = Top();
                RequireRoom(memo.Count);
                break;
            case PickleOpcode.Append or Appends:
                AddItems(opcode == PickleOpcode.Append ? [Pop()] : PopToMark());
                break;
            case SetItem or PickleOpcode.SetItems:
                SetItems(opcode == SetItem ? PopSome(2) : PopToMark());
                break;
            case Build:
                Pop();
                _ = Top() as PickleDict ?? throw stream.Invalid("it sets attributes of something that is no dictionary");
                break;
            default:
                stack.Add(Make(opcode));
                RequireRoom(stack.Count);
                break;
        }
    }

    /// <summary>The value that an instruction puts onto the stack.</summary>
    private object? Make(PickleOpcode opcode) => opcode switch
    {
        None => null,
        NewTrue => true,
        NewFalse => false,
        BinInt => (long)stream.ReadInt32(),
        BinInt1 => (long)stream.ReadByte(),
        BinInt2 => (long)stream.ReadUInt16(),
        Long1 => stream.ReadNumber(stream.ReadByte()),
        Long4 => stream.ReadNumber(stream.ReadInt32()),
        BinFloat => stream.ReadDouble(),
        ShortBinString or ShortBinUnicode => stream.ReadText(stream.ReadByte()),
        BinString or BinUnicode => stream.ReadText(stream.ReadUInt32()),
        BinUnicode8 => stream.ReadText(stream.ReadLength64()),
        Int => lines.ReadInt(),
        Long => lines.ReadLong(),
        Float => lines.ReadFloat(),
        PickleOpcode.String => lines.ReadString(),
        Unicode => lines.ReadText(),
        Dup => Top(),
        EmptyList => new PickleList(),
        EmptyDict => new PickleDict(),
        EmptyTuple => PickleTuple.Empty,
        PickleOpcode.Tuple => new PickleTuple(PopToMark()),
        Tuple1 => new PickleTuple(PopSome(1)),
        Tuple2 => new PickleTuple(PopSome(2)),
        Tuple3 => new PickleTuple(PopSome(3)),
        List => Append(new PickleList(), PopToMark()),
        Dict => SetPairs(new PickleDict(), PopToMark()),
        Get => Remembered(lines.ReadIndex()),
        BinGet => Remembered(stream.ReadByte()),
        LongBinGet => Remembered(stream.ReadUInt32()),
        Global => Find(stream.ReadLine(), stream.ReadLine()),
        StackGlobal => PopSome(2) is [string module, string name] ? Find(module, name) : throw stream.Invalid("it names a class by something that is no text"),
        Inst => Call([Find(stream.ReadLine(), stream.ReadLine()), new PickleTuple(PopToMark())]),
        BinPersId => Storage(Pop()),
        Reduce => Call(PopSome(2)),
        _ => throw stream.Invalid($"instruction 0x{(byte)opcode:x2} is not one that weights need"),
    };

    private object Find(string module, string name) => TorchGlobals.Find(module, name)
        ?? throw new MergeException(
            DiagnosticCode.PickleGlobalRefused, null, stream.Path, DisplayText.Of($"{module}.{name}"), stream.Position.ToString(CultureInfo.InvariantCulture));

    private object Call(object?[] call) =>
        call is not [TorchFunction function, PickleTuple arguments] ? throw stream.Invalid("it calls something that is no function")
        : TorchCalls.Call(function, arguments) ?? throw stream.Invalid($"it calls {function} with arguments that it does not take");

    private PickleStorage Storage(object? persistentId)
    {
        var storage = TorchCalls.Storage(persistentId) ?? throw stream.Invalid("it refers to something outside that is no storage");
        storages[storage.Key] = storage;
        return storage;
    }

    private void AddItems(object?[] items) => Append(Top() as PickleList ?? throw stream.Invalid("it appends to something that is no list"), items);

    private static PickleList Append(PickleList list, object?[] items)
    {
        foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private void SetItems(object?[] items) => SetPairs(Top() as PickleDict ?? throw stream.Invalid("it sets items of something that is no dictionary"), items);

    private PickleDict SetPairs(PickleDict dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw stream.Invalid("it sets a key without a value");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            dictionary.Add(items[i], items[i + 1]);
        }

        return dictionary;
    }

    private object? Remembered(long index) => memo.TryGetValue(index, out var value) ? value : throw stream.Invalid($"it recalls value {index}, which was not stored");

    private object? Top() => stack.Count > Floor ? stack[^1] : throw Empty();

    private object? Pop() => PopSome(1)[0];

    private object?[] PopSome(int count) => stack.Count - count >= Floor ? Take(stack.Count - count) : throw Empty();

    private object?[] PopToMark() => marks.TryPop(out var mark) ? Take(mark) : throw Empty();

    private object?[] Take(int from)
    {
        var items = new object?[stack.Count - from];
        stack.CopyTo(from, items, 0, items.Length);
        stack.RemoveRange(from, stack.Count - from);
        return items;
    }

    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    private MergeException Empty() => stream.Invalid("it takes a value where there is none");

    private void RequireRoom(int values)
    {
        if (values > MaximumValues)
        {
            throw stream.Invalid($"it keeps more than {MaximumValues} values at once");
        }
    }

    private void RequireProtocol(byte protocol)
    {
        if (protocol > NewestProtocol)
        {
            throw stream.Invalid($"it has protocol {protocol}, and {NewestProtocol} is the newest");
        }
    }
}
