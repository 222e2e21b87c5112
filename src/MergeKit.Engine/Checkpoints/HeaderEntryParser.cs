using System.Globalization;
using System.Text;
using System.Text.Json;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Parses one tensor's entry in a safetensors header: <c>{"dtype": ..., "shape": [...], "data_offsets": [begin, end]}</c>.</summary>
internal ref struct HeaderEntryParser
{
    private readonly string path;
    private readonly string name;
    private DType? dtype;
    private List<long>? shape;
    private List<long>? offsets;

    private HeaderEntryParser(string path, string name)
    {
        this.path = path;
        this.name = name;
    }

    /// <summary>Parses the entry that <paramref name="reader"/> stands on and checks that its parts fit together.</summary>
    /// <exception cref="MergeException">The entry is not what the format asks for.</exception>
    public static HeaderEntry Parse(string path, string name, ref Utf8JsonReader reader)
    {
        var parser = new HeaderEntryParser(path, name);
        parser.Read(ref reader);
        return parser.Check();
    }

    private void Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid("an object with dtype, shape and data_offsets", $"a value of type {reader.TokenType}");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8))
            {
                RequireFirst(dtype is null, "dtype");
                dtype = ReadDType(ref reader);
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                RequireFirst(shape is null, "shape");
                shape = ReadNumbers(ref reader, "shape");
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                RequireFirst(offsets is null, "data_offsets");
                offsets = ReadNumbers(ref reader, "data_offsets");
            }
            else
            {
                throw Invalid("only the keys dtype, shape and data_offsets", $"'{Shown(ref reader)}'");
            }
        }
    }

    private readonly HeaderEntry Check()
    {
        if (dtype is not { } type || shape is null || offsets is null)
        {
            var missing = dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Invalid("the keys dtype, shape and data_offsets", $"no '{missing}'");
        }

        if (offsets is not [var begin, var end] || begin > end)
        {
            throw Invalid("data_offsets [begin, end] with begin not after end", ShownNumbers(offsets));
        }

        try
        {
            var declared = new TensorDeclaration(name, type, new TensorShape([.. shape]));
            return declared.ByteLength == end - begin
                ? new HeaderEntry(name, type, declared.Shape, begin, end)
                : throw SizeMismatch(type, declared.ByteLength.ToString(CultureInfo.InvariantCulture), end - begin);
        }
        catch (OverflowException)
        {
            throw SizeMismatch(type, "more than 9223372036854775807", end - begin);
        }
    }

    private readonly DType ReadDType(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Invalid("a string as dtype", $"a value of type {reader.TokenType}");
        }

        var text = JsonText.Read(ref reader) ?? throw Invalid("the name of a dtype", "an unpaired surrogate escape");
        if (DTypes.TryParseSafetensors(text, out var type))
        {
            return type;
        }

        var code = SafetensorsFormat.UnsupportedDTypes.Contains(text) ? DiagnosticCode.DTypeUnsupported : DiagnosticCode.DTypeUnknown;
        throw new MergeException(code, null, path, DisplayText.Of(name), DisplayText.Of(text), SafetensorsFormat.SupportedDTypes);
    }

    private readonly List<long> ReadNumbers(ref Utf8JsonReader reader, string key)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid($"an array of whole numbers as {key}", $"a value of type {reader.TokenType}");
        }

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // A sign is no part of an unsigned number, not even in -0.
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan[0] == '-' || !reader.TryGetInt64(out var number))
            {
                throw Invalid($"whole numbers from 0 to {long.MaxValue} in {key}", Shown(ref reader));
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private readonly void RequireFirst(bool isFirst, string key)
    {
        if (!isFirst)
        {
            throw Invalid("every key once", $"'{key}' twice");
        }
    }

    private static string Shown(ref Utf8JsonReader reader) =>
        DisplayText.Of(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 1000)]));

    private static string ShownNumbers(List<long> numbers) => DisplayText.Of($"[{string.Join(", ", numbers.Take(100))}]");

    private readonly MergeException SizeMismatch(DType type, string needed, long span) =>
        new(DiagnosticCode.TensorSizeMismatch, null, path, DisplayText.Of(name), type.SafetensorsName(), ShownNumbers(shape!), needed, span);

    private readonly MergeException Invalid(string expected, string found) =>
        new(DiagnosticCode.SafetensorsEntryInvalid, null, path, DisplayText.Of(name), expected, found);
}
