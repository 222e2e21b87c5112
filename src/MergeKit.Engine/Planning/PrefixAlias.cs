using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Planning;

/// <summary>
/// The difference between two checkpoints' names for the same layers and what surrounds them: an inner model's name that one lacks
/// (<c>transformer.h.0</c> and <c>h.0</c>), or the place of a part in a larger model (<c>model.layers.0</c> and <c>language_model.model.layers.0</c>
/// or <c>model.language_model.layers.0</c>).
/// </summary>
/// <param name="Stack">The layers' prefix, with its dot, as it is to be replaced.</param>
/// <param name="From">What names start with, with its dot; may be empty.</param>
/// <param name="To">What stands there in the other checkpoint, with its dot; may be empty.</param>
internal sealed record PrefixAlias(string Stack, string From, string To)
{
    /// <summary>The difference between two prefixes of layers.</summary>
    public static PrefixAlias Between(string ours, string theirs)
    {
        string[] own = ours.Split('.'), other = theirs.Split('.');
        var common = 0;
        while (common < Math.Min(own.Length, other.Length) && own[^(common + 1)] == other[^(common + 1)])
        {
            common++;
        }

        return new PrefixAlias(ours, Joined(own[..^common]), Joined(other[..^common]));
    }

    /// <summary>Whether two prefixes can be of the same layers: they end alike, and one has all segments of the other.</summary>
    public static bool CanBeSame(string ours, string theirs)
    {
        string[] own = ours.Split('.'), other = theirs.Split('.');
        var (fewer, more) = own.Length <= other.Length ? (own, other.ToList()) : (other, own.ToList());
        return own[^2] == other[^2] && Array.TrueForAll(fewer, more.Remove);
    }

    /// <summary>Whether a name is surely of the part of the model that holds the layers.</summary>
    public bool IsInside(string name) => name.StartsWith(From.Length > 0 ? From : Stack[..(Stack.IndexOf('.', StringComparison.Ordinal) + 1)], StringComparison.Ordinal);

    /// <summary>
    /// The name under which the other checkpoint would store a tensor, also if it has fewer layers; names outside the part stay.
    /// </summary>
    public string Rename(string name, IReadOnlyDictionary<string, TensorSource> others)
    {
        if (!name.StartsWith(From, StringComparison.Ordinal))
        {
            return name;
        }

        var renamed = To + name[From.Length..];
        return others.ContainsKey(renamed) || (!others.ContainsKey(name) && IsInside(name)) ? renamed : name;
    }

    private static string Joined(string[] segments) => string.Concat(segments.Select(segment => segment + "."));
}
