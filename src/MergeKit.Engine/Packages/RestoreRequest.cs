namespace MergeKit.Engine.Packages;

/// <summary>A model to complete whose package does not hold its weights.</summary>
/// <param name="Model">The model.</param>
/// <param name="PackageFolder">Full path of what the package holds of the model's folder, the manifest among it.</param>
/// <param name="Location">Where the weights are.</param>
/// <param name="Destination">
/// Full path of the complete folder. Other versions of the package are looked for beside it: <c>&lt;version&gt;/&lt;model&gt;</c> are its
/// last two parts.
/// </param>
/// <param name="CacheDirectory">The folder in which digests are remembered (<see cref="UserCache.DefaultDirectory"/>).</param>
public sealed record RestoreRequest(ModelInPackage Model, string PackageFolder, WeightsLocation Location, string Destination, string CacheDirectory)
{
    /// <summary>
    /// The time that restored files get. It should follow from their content, because many tools take files of equal time and size for
    /// equal, and lie in the past, so that it tells every later change.
    /// </summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>A bearer token for the location's server; sent only if <see cref="WeightsLocation.IsPrivate"/>. Null for none.</summary>
    public string? Token { get; init; }
}
