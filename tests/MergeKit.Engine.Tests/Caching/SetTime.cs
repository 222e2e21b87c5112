namespace MergeKit.Engine.Tests.Caching;

/// <summary>A clock that tests set.</summary>
internal sealed class SetTime : TimeProvider
{
    /// <summary>A time long before any test runs, at which tests date their files.</summary>
    public static readonly DateTime Past = new(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);

    public DateTimeOffset Now { get; set; } = new(Past.AddDays(1));

    public override DateTimeOffset GetUtcNow() => Now;
}
