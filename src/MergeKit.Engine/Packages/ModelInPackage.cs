namespace MergeKit.Engine.Packages;

/// <summary>A model of one version of a package.</summary>
/// <param name="Package">The package's ID.</param>
/// <param name="Version">Its version.</param>
/// <param name="Name">Name of the model, and of its folder.</param>
public sealed record ModelInPackage(string Package, string Version, string Name);
