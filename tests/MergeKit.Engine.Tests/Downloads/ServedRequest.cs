namespace MergeKit.Engine.Tests.Downloads;

/// <summary>A request that came to a <see cref="LoopbackServer"/>.</summary>
internal sealed record ServedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A header's value; null if it was not sent.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>The first byte asked for; 0 without a range.</summary>
    public int RangeStart => this["Range"] is { } range ? int.Parse(range.Split('=', '-')[1]) : 0;
}
