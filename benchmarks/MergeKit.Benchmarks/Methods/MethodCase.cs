namespace MergeKit.Benchmarks.Methods;

/// <summary>A merge to compare with its floor.</summary>
/// <param name="Method">The merge method.</param>
/// <param name="Target">The ratio to the floor that the merge is to stay within; null for none.</param>
/// <param name="Recipe">The recipe.</param>
internal sealed record MethodCase(string Method, double? Target, string Recipe)
{
    /// <summary>Whether digests of inputs are forgotten before every run, as if the merge were the first one with these models.</summary>
    public bool IsFirst { get; init; }

    /// <summary>What it is, for tables.</summary>
    public string Name => IsFirst ? $"{Method}, inputs never seen" : Method;
}
