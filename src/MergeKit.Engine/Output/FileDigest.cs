namespace MergeKit.Engine.Output;

/// <summary>A file of a model folder and what it holds.</summary>
/// <param name="Name">File name; model folders have no folders within.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lowercase hexadecimal.</param>
internal sealed record FileDigest(string Name, long Size, string Sha256);
