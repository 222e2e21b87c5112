using System.Globalization;
using System.Text.RegularExpressions;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Shards without an index that tell by their names whether they are all there: <c>model-00001-of-00003.safetensors</c>.</summary>
internal static partial class NumberedShards
{
    /// <summary>Checks a set of files.</summary>
    /// <param name="folder">Their folder, for messages.</param>
    /// <param name="files">File names.</param>
    /// <returns>True when the files are the shards of one checkpoint, false when their names do not say so.</returns>
    /// <exception cref="MergeException">They are shards of one checkpoint, but one is missing.</exception>
    public static bool TryComplete(string folder, List<string> files)
    {
        var matches = files.ConvertAll(file => ShardName().Match(file));
        string Part(Match match, string group) => match.Groups[group].Value;
        var (prefix, total, extension) = (Part(matches[0], "prefix"), Part(matches[0], "total"), Part(matches[0], "extension"));
        if (!matches.TrueForAll(m => m.Success && Part(m, "prefix") == prefix && Part(m, "total") == total && Part(m, "extension") == extension))
        {
            return false;
        }

        var count = Number(total);
        var numbers = matches.Select(m => Number(m.Groups["number"].Value)).ToHashSet();
        if (numbers.Count != files.Count || numbers.Min() < 1 || numbers.Max() > count)
        {
            return false;
        }

        if (numbers.Count < count)
        {
            var missing = Enumerable.Range(1, count).First(number => !numbers.Contains(number));
            var name = $"{prefix}-{missing.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length, '0')}-of-{total}{extension}";
            throw new MergeException(
                DiagnosticCode.ShardMissing, null, DisplayText.Of(name), folder, $"found {numbers.Count} of {count} shards");
        }

        return true;
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<prefix>.+)-(?<number>[0-9]{1,9})-of-(?<total>[0-9]{1,9})(?<extension>\.[a-z]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex ShardName();
}
