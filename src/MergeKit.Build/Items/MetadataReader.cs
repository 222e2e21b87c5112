using System.Globalization;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Items;

/// <summary>Reads the metadata of one ModelMerge item; what cannot be read is reported and replaced by the default.</summary>
internal sealed class MetadataReader(ITaskItem item, SourcePosition position, DiagnosticBag diagnostics)
{
    private delegate bool Parser<T>(string text, out T value);

    public string Text(string name) => item.GetMetadata(name).Trim();

    public bool Flag(string name, bool whenEmpty) =>
        Read(name, whenEmpty, bool.TryParse, "true or false");

    public long Seed(string name) =>
        Read(name, 0L, TryParseWhole, "a whole number from 0 to 9223372036854775807");

    public int Count(string name) =>
        Read(name, 0, TryParseCount, "a whole number such as 8 (0 takes one per processor)");

    public long Size(string name, long whenEmpty) =>
        Read(name, whenEmpty, ByteSize.TryParse, "a size such as 5B, 200M, 64K (billions, millions, thousands of bytes) or plain bytes");

    public NonFinitePolicy NonFinite(string name, NonFinitePolicy whenEmpty) =>
        Read(name, whenEmpty, TryParsePolicy, "ignore, warning or error");

    public DType? FloatType(string name) =>
        Read<DType?>(name, null, TryParseFloatType, $"one of {string.Join(", ", DTypes.FloatNames)}");

    /// <summary>The store that projects share; a relative path starts at the project.</summary>
    public string CacheDirectory(string project) =>
        Text("CacheDirectory") is { Length: > 0 } given ? Path.GetFullPath(Path.Combine(project, given)) : UserCache.DefaultDirectory;

    /// <summary>Bytes of weights that the store may hold.</summary>
    public long CacheSize() => Size("CacheSize", whenEmpty: 50_000_000_000);

    public MergeDevice Device(string name) =>
        Read(name, MergeDevice.Auto, MergeDevice.TryParse, "auto, cpu, cuda, cuda:N (the GPU of number N, from 0) or torch-cpu");

    private T Read<T>(string name, T whenEmpty, Parser<T> parse, string expected)
    {
        var text = Text(name);
        if (text.Length == 0)
            return whenEmpty;
        if (parse(text, out var value))
            return value;

        ReportInvalid(name, expected);
        return whenEmpty;
    }

    private void ReportInvalid(string name, string expected) =>
        diagnostics.Error(DiagnosticCode.InvalidMetadata, position, name, item.ItemSpec, Text(name), expected);

    private static bool TryParseWhole(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryParseCount(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryParsePolicy(string text, out NonFinitePolicy value) =>
        Enum.TryParse(text, ignoreCase: true, out value) && !char.IsAsciiDigit(text[0]);

    private static bool TryParseFloatType(string text, out DType? value)
    {
        value = DTypes.TryParseTorch(text, out var type) && type.IsFloat() ? type : null;
        return value is not null;
    }
}
