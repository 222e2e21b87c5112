using System.Globalization;
using System.Numerics;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>Values as protocol 0 writes them: each a line of text.</summary>
/// <param name="stream">The pickle.</param>
internal sealed class PickleLines(PickleStream stream)
{
    /// <summary>Reads the number of a stored value.</summary>
    /// <exception cref="MergeException">The line is no such number.</exception>
    public long ReadIndex() => stream.ReadLine() is var line && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : throw NoNumber(line);

    /// <summary>Reads a whole number, or a truth value, which is written with a leading zero.</summary>
    /// <exception cref="MergeException">The line is none.</exception>
    public object ReadInt() => stream.ReadLine() switch
    {
        "00" => false,
        "01" => true,
        var line => Whole(line),
    };

    /// <summary>Reads a whole number, which may end in L.</summary>
    /// <exception cref="MergeException">The line is none.</exception>
    public object ReadLong() => stream.ReadLine() is var line && line.EndsWith('L') ? Whole(line[..^1]) : Whole(line);

    /// <summary>Reads a number.</summary>
    /// <exception cref="MergeException">The line is none.</exception>
    public object ReadFloat() =>
        stream.ReadLine() is var line && double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw NoNumber(line);

    /// <summary>Reads a text.</summary>
    /// <exception cref="MergeException">The text has escapes, which names of tensors do not need.</exception>
    public string ReadText() => stream.ReadLine() is var line && !line.Contains('\\', StringComparison.Ordinal) ? line : throw stream.Invalid("a text has escapes");

    /// <summary>Reads a text in quotes.</summary>
    /// <exception cref="MergeException">There are no quotes, or the text has escapes.</exception>
    public string ReadString() =>
        ReadText() is [('\'' or '"') and var first, .. var text, var last] && first == last ? text : throw stream.Invalid("a text is not in quotes");

    private object Whole(string line) => BigInteger.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? PickleStream.Narrow(number)
        : throw NoNumber(line);

    private MergeException NoNumber(string line) => stream.Invalid($"'{DisplayText.Of(line, DisplayText.Short)}' is no number");
}
