using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MergeKit.Engine.Planning;

/// <summary>A tensor name taken apart at its first number: <c>model.layers.</c> | <c>7</c> | <c>.mlp.up_proj.weight</c>.</summary>
/// <param name="Stack">Everything before the number, with the dot.</param>
/// <param name="Layer">The number.</param>
/// <param name="Rest">Everything after it, with the dot; empty if the name ends there.</param>
internal sealed record LayerName(string Stack, int Layer, string Rest)
{
    /// <summary>No model is this deep; a larger number is part of a name like any other text, and a header that has one exhausts nothing.</summary>
    private const int MaximumLayer = 99_999;

    /// <summary>Takes a name apart; false if no segment of it is a number.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out LayerName? parsed)
    {
        parsed = null;
        for (var start = 0; start < name.Length;)
        {
            var dot = name.IndexOf('.', start);
            var end = dot < 0 ? name.Length : dot;
            if (start > 0 && IsPlain(name.AsSpan(start, end - start)) && int.TryParse(name.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer <= MaximumLayer)
            {
                parsed = new LayerName(name[..start], layer, name[end..]);
                return true;
            }

            start = end + 1;
        }

        return false;
    }

    /// <summary>Whether a number has no zeros before it, so that <see cref="Format"/> gives the name back.</summary>
    private static bool IsPlain(ReadOnlySpan<char> number) => number is [not '0', ..] or "0";

    /// <summary>The name of a tensor in a layer.</summary>
    public static string Format(string stack, int layer, string rest) => string.Create(CultureInfo.InvariantCulture, $"{stack}{layer}{rest}");
}
