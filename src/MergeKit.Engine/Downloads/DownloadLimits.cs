namespace MergeKit.Engine.Downloads;

/// <summary>How patient downloads are.</summary>
internal sealed record DownloadLimits
{
    /// <summary>Tries after the first, as long as none gets further.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Delay before the first retry; it doubles with each.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay that comes from doubling.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest delay that a server may ask for.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time without a single byte after which a connection is given up.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Redirects followed for one request.</summary>
    public int Redirects { get; init; } = 10;
}
