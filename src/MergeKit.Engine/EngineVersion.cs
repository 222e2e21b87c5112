using System.Reflection;

namespace MergeKit.Engine;

/// <summary>Versions of the engine.</summary>
internal static class EngineVersion
{
    /// <summary>Rises when the bytes that the engine writes for a recipe change; part of every fingerprint.</summary>
    public const int Format = 2;

    /// <summary>The product version, without build metadata.</summary>
    public static string Product { get; } =
        typeof(EngineVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
