using System.Buffers;
using System.Text.RegularExpressions;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Hub;

/// <summary>Which files of a repository are needed. All of them stand at its root.</summary>
internal static partial class HubFiles
{
    private static readonly SearchValues<char> Separating = SearchValues.Create("/\\:*?\"<>|");

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
        || CompanionNames.IsTokenizer(name)
        || name == (content == HubContent.Tokenizer ? Configuration(HubContent.Model) : ModelFolder.CardName)
        || (content == HubContent.Model && (CompanionNames.IsSetting(name) || Code().IsMatch(name)));

    /// <summary>The weights among some files; null if there are none, or it is the tokenizer that is used.</summary>
    /// <param name="names">Names of the files.</param>
    /// <param name="content">What they are used as.</param>
    /// <param name="place">Where they are, for messages.</param>
    /// <exception cref="MergeException">There is more than one set of weights, or a part of one.</exception>
    public static WeightChoice? Weights(IReadOnlyCollection<string> names, HubContent content, string place) => content switch
    {
        HubContent.Model => WeightChoice.Among(names, place),
        HubContent.Adapter => WeightChoice.OfAdapter(names),
        _ => null,
    };

    /// <summary>Whether a name that the hub lists is that of a file at the root, on every system.</summary>
    public static bool IsAtRoot(string name) => name.Length > 0 && name[0] != '.' && !name.AsSpan().ContainsAny(Separating) && !name.Any(char.IsControl);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\.py\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
