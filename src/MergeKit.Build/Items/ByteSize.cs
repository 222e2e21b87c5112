using System.Globalization;

namespace MergeKit.Build.Items;

/// <summary>Sizes as users write and read them: plain bytes or decimal multiples (K, M, B for 10³, 10⁶, 10⁹).</summary>
internal static class ByteSize
{
    /// <summary>Reads a positive size such as <c>5B</c>, <c>200M</c>, <c>64k</c> or <c>1048576</c>.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        var digits = text.AsSpan().Trim();
        var unit = digits.IsEmpty ? 1 : UnitOf(digits[^1]);
        if (unit > 1)
            digits = digits[..^1];

        bytes = 0;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count == 0
            || count > long.MaxValue / unit)
            return false;

        bytes = count * unit;
        return true;
    }

    /// <summary>Shortens a size for a message: three significant digits and a decimal unit.</summary>
    public static string Format(double bytes)
    {
        string[] units = ["bytes", "KB", "MB", "GB", "TB"];
        var unit = 0;
        for (; bytes >= 1000 && unit < units.Length - 1; unit++)
            bytes /= 1000;

        var digits = unit == 0 || bytes >= 100 ? "F0" : bytes >= 10 ? "F1" : "F2";
        return $"{bytes.ToString(digits, CultureInfo.InvariantCulture)} {units[unit]}";
    }

    private static long UnitOf(char suffix) => char.ToUpperInvariant(suffix) switch
    {
        'K' => 1_000,
        'M' => 1_000_000,
        'B' => 1_000_000_000,
        _ => 1,
    };
}
