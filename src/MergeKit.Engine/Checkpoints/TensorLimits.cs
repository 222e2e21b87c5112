using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// How many tensors a file may hold, and how long their names may be. Naming a tensor takes a file a few bytes, also when it has no data of its
/// own; planning it takes far more, so lengths of files alone set no bound.
/// </summary>
internal static class TensorLimits
{
    /// <summary>The models with the most experts have fewer in all their shards together.</summary>
    public const int MaximumTensors = 250_000;

    /// <summary>In UTF-16 units.</summary>
    public const int LongestName = 4096;

    /// <summary>Refuses a file with too many tensors.</summary>
    /// <exception cref="MergeException">There are more.</exception>
    public static void RequireCount(string path, int count)
    {
        if (count > MaximumTensors)
        {
            throw new MergeException(DiagnosticCode.TensorLimitExceeded, null, path, $"{count} tensors", MaximumTensors);
        }
    }

    /// <summary>Refuses a name that is too long.</summary>
    /// <exception cref="MergeException">It is longer.</exception>
    public static void RequireName(string path, string name)
    {
        if (name.Length > LongestName)
        {
            throw new MergeException(
                DiagnosticCode.TensorLimitExceeded, null, path, $"a tensor '{DisplayText.Of(name, DisplayText.Short)}' with a name of {name.Length} characters", LongestName);
        }
    }
}
