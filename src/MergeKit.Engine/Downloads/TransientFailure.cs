namespace MergeKit.Engine.Downloads;

/// <summary>A failure that may be gone at the next try.</summary>
/// <param name="reason">Why, as a part of a sentence; nothing secret.</param>
/// <param name="retryAfter">How long the server asks to be left alone.</param>
internal sealed class TransientFailure(string reason, TimeSpan? retryAfter = null) : Exception(reason)
{
    /// <summary>How long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether the try got further than all before it.</summary>
    public bool GotFurther { get; set; }
}
