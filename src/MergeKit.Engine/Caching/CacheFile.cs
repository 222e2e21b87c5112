namespace MergeKit.Engine.Caching;

/// <summary>A file of a cache as it was when its folder was listed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="LastUse">When it was last written or used, in UTC.</param>
internal sealed record CacheFile(string Name, string Path, long Size, DateTime LastUse);
