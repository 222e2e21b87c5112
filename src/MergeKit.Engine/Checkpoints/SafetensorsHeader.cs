using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// Lays out safetensors files byte for byte as the reference implementation does: tensors by falling dtype alignment, then by
/// name; compact JSON, <c>__metadata__</c> first; padded with spaces to a multiple of 8.
/// </summary>
public static class SafetensorsHeader
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(['"', '\\', .. Enumerable.Range(0, ' ').Select(c => (char)c)]);

    /// <summary>Computes the header of a file and the place of every tensor in it.</summary>
    /// <param name="path">The file that is to be written, for messages.</param>
    /// <param name="tensors">The tensors in any order.</param>
    /// <param name="metadata">The <c>__metadata__</c>, written in ordinal order; null for none.</param>
    /// <exception cref="MergeException">
    /// The header would be larger than the format allows, or a name cannot stand in it: half a surrogate pair, <c>__metadata__</c>, or a duplicate.
    /// </exception>
    public static SafetensorsLayout Build(string path, IEnumerable<TensorDeclaration> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var ordered = tensors.ToList();
        RequireWritable(path, ordered, metadata);
        ordered.Sort(static (a, b) => Compare(a, b));
        var header = Frame(path, Json(ordered, metadata));

        var placed = new PlacedTensor[ordered.Count];
        long offset = header.Length;
        for (var i = 0; i < placed.Length; i++)
        {
            placed[i] = new PlacedTensor(ordered[i], offset);
            offset = checked(offset + ordered[i].ByteLength);
        }

        return new SafetensorsLayout(header, placed, offset);
    }

    private static int Compare(TensorDeclaration a, TensorDeclaration b)
    {
        var byAlignment = SafetensorsFormat.AlignmentRank(b.DType).CompareTo(SafetensorsFormat.AlignmentRank(a.DType));

        // The reference compares names by their UTF-8 bytes, which is the order of code points, not of UTF-16 units.
        return byAlignment != 0 ? byAlignment : Encoding.UTF8.GetBytes(a.Name).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Name));
    }

    private static string Json(List<TensorDeclaration> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var json = new StringBuilder("{");
        if (metadata is not null)
        {
            AppendKey(json, SafetensorsFormat.MetadataKey);
            json.Append('{');
            foreach (var key in metadata.Keys.Order(StringComparer.Ordinal))
            {
                AppendKey(json, key);
                AppendString(json, metadata[key]);
            }

            json.Append('}');
        }

        long offset = 0;
        foreach (var tensor in tensors)
        {
            var end = checked(offset + tensor.ByteLength);
            AppendKey(json, tensor.Name);
            json.Append("{\"dtype\":\"").Append(tensor.DType.SafetensorsName()).Append("\",\"shape\":[")
                .AppendJoin(',', tensor.Shape.AsSpan().ToArray())
                .Append(CultureInfo.InvariantCulture, $"],\"data_offsets\":[{offset},{end}]}}");
            offset = end;
        }

        return json.Append('}').ToString();
    }

    private static void AppendKey(StringBuilder json, string key)
    {
        if (json[^1] != '{')
        {
            json.Append(',');
        }

        AppendString(json, key);
        json.Append(':');
    }

    /// <summary>Escapes what JSON says must be escaped and nothing else, in the short form where there is one.</summary>
    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        var rest = text.AsSpan();
        for (var plain = rest.IndexOfAny(Escaped); plain >= 0; plain = rest.IndexOfAny(Escaped))
        {
            json.Append(rest[..plain]);
            AppendEscape(json, rest[plain]);
            rest = rest[(plain + 1)..];
        }

        json.Append(rest).Append('"');
    }

    private static void AppendEscape(StringBuilder json, char c) => _ = c switch
    {
        '"' or '\\' => json.Append('\\').Append(c),
        '\b' => json.Append("\\b"),
        '\f' => json.Append("\\f"),
        '\n' => json.Append("\\n"),
        '\r' => json.Append("\\r"),
        '\t' => json.Append("\\t"),
        _ => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    private static byte[] Frame(string path, string json)
    {
        var size = Encoding.UTF8.GetByteCount(json);
        var padded = (size + SafetensorsFormat.HeaderAlignment - 1) / SafetensorsFormat.HeaderAlignment * SafetensorsFormat.HeaderAlignment;
        RequireWithinCap(path, padded);
        var header = new byte[SafetensorsFormat.PrefixSize + padded];
        BinaryPrimitives.WriteInt64LittleEndian(header, padded);
        Encoding.UTF8.GetBytes(json, header.AsSpan(SafetensorsFormat.PrefixSize));
        header.AsSpan(SafetensorsFormat.PrefixSize + size).Fill((byte)' ');
        return header;
    }

    private static void RequireWritable(string path, List<TensorDeclaration> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        IEnumerable<string> keys = metadata?.Keys ?? [];
        var texts = keys.SelectMany(key => new[] { key, metadata![key] })
            .Concat(tensors.Select(tensor => tensor.Name))
            .ToList();
        RequireWithinCap(path, texts.Sum(text => (long)text.Length));
        if (texts.Find(text => !IsUnicode(text)) is { } broken)
        {
            throw NotWritable(path, $"'{DisplayText.Of(broken)}' has half a surrogate pair");
        }

        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsFormat.MetadataKey };
        if (tensors.Find(tensor => !names.Add(tensor.Name)) is { } repeated)
        {
            throw NotWritable(path, $"the tensor name '{DisplayText.Of(repeated.Name)}' is taken");
        }
    }

    private static void RequireWithinCap(string path, long size)
    {
        if (size > SafetensorsFormat.MaximumHeaderSize)
        {
            throw NotWritable(path, $"it needs {size} bytes or more, and at most {SafetensorsFormat.MaximumHeaderSize} are allowed");
        }
    }

    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i++))
            {
                return false;
            }
        }

        return true;
    }

    private static MergeException NotWritable(string path, string reason) =>
        new(DiagnosticCode.SafetensorsHeaderNotWritable, null, path, reason);
}
