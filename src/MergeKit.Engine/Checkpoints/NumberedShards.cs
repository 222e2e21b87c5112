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
        var (prefix, total) = (matches[0].Groups["prefix"].Value, matches[0].Groups["total"].Value);
        if (!matches.TrueForAll(m => m.Success && m.Groups["prefix"].Value == prefix && m.Groups["total"].Value == total))
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
            var name = $"{prefix}-{missing.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length, '0')}-of-{total}.safetensors";
            throw new MergeException(
                DiagnosticCode.ShardMissing, null, DisplayText.Of(name), folder, $"found {numbers.Count} of {count} shards");
        }

        return true;
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<prefix>.+)-(?<number>[0-9]{1,9})-of-(?<total>[0-9]{1,9})\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex ShardName();
}
