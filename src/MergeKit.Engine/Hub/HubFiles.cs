using System.Text.RegularExpressions;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Hub;

/// <summary>Which files of a repository are needed. All of them stand at its root.</summary>
internal static partial class HubFiles
{
    /// <summary>The file without which a repository is not what it is used as; null if there is no such file.</summary>
    public static string? Configuration(HubContent content) => content switch
    {
        HubContent.Model => "config.json",
        HubContent.Adapter => "adapter_config.json",
        _ => null,
    };

    /// <summary>Whether a file is needed beside weights.</summary>
    public static bool IsCompanion(string name, HubContent content) =>
        name == Configuration(content)
        || CompanionFiles.IsTokenizer(name)
        || name == (content == HubContent.Tokenizer ? Configuration(HubContent.Model) : ModelFolder.CardName)
        || (content == HubContent.Model && (CompanionFiles.IsSetting(name) || Code().IsMatch(name)));

    /// <summary>The file whose recorded absence tells that a repository has no tokenizer.</summary>
    public const string TokenizerMark = "tokenizer_config.json";

    /// <summary>The weights among some files: safetensors, or else pickle files; null if there are none, or none that are a whole.</summary>
    public static HubWeights? Weights(IReadOnlyCollection<string> names, HubContent content) => content switch
    {
        HubContent.Tokenizer => new HubWeights([]),
        HubContent.Adapter => First(names, [.. WeightFormat.All.Select(format => format.AdapterFile)]),
        _ => First(names, "model.safetensors", "model.safetensors.index.json")
            ?? Unindexed(names)
            ?? First(names, "pytorch_model.bin", "pytorch_model.bin.index.json"),
    };

    private static HubWeights? First(IReadOnlyCollection<string> names, params string[] candidates) => Array.Find(candidates, names.Contains) switch
    {
        null => null,
        var index when index.EndsWith(".json", StringComparison.Ordinal) => new HubWeights([], index),
        var file => new HubWeights([file]),
    };

    /// <summary>A single file of any name, or numbered ones that are all there.</summary>
    private static HubWeights? Unindexed(IReadOnlyCollection<string> names)
    {
        var candidates = names.Where(name => Safetensors().IsMatch(name) && name != WeightFormat.Safetensors.AdapterFile).Order(StringComparer.Ordinal).ToList();
        var preferred = candidates.FindAll(name => !name.StartsWith("consolidated", StringComparison.Ordinal));
        var files = preferred.Count > 0 ? preferred : candidates;
        return files.Count == 1 && !Numbered().IsMatch(files[0]) ? new HubWeights(files)
            : files.Count > 0 && Numbered().Match(files[0]) is { Success: true } first && files.TrueForAll(file => IsBeside(first, file)) && files.Count == Total(first)
            ? new HubWeights(files)
            : null;
    }

    private static bool IsBeside(Match first, string file) =>
        Numbered().Match(file) is { Success: true } match && match.Groups["prefix"].Value == first.Groups["prefix"].Value && match.Groups["total"].Value == first.Groups["total"].Value;

    private static int Total(Match match) => int.Parse(match.Groups["total"].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\.py\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex Safetensors();

    [GeneratedRegex(@"\A(?<prefix>.+)-[0-9]{1,9}-of-(?<total>[0-9]{1,9})\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();
}
