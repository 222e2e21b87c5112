namespace MergeKit.Engine;

/// <summary>What to do about values that are not finite (NaN, infinity).</summary>
public enum NonFinitePolicy
{
    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>A warning for each tensor that has some.</summary>
    Warning,

    /// <summary>An error for each tensor that has some; the model is not written.</summary>
    Error,
}
