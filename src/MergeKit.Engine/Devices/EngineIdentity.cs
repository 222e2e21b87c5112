namespace MergeKit.Engine.Devices;

/// <summary>The engine that a process runs. Two processes understand each other, and write the same bytes, if theirs are equal.</summary>
/// <param name="Version">The product version.</param>
/// <param name="Format">Version of the bytes written.</param>
internal sealed record EngineIdentity(string Version, int Format)
{
    /// <summary>The engine of this process.</summary>
    public static EngineIdentity Current { get; } = new(EngineVersion.Product, EngineVersion.Format);
}
