using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>
/// A large file in the cache of Hugging Face's tools: <c>models--a--b/snapshots/REVISION/model.safetensors</c> is a link to
/// <c>models--a--b/blobs/SHA256</c>, so that the name says what the content should be.
/// </summary>
/// <param name="Path">Full path of what the link leads to, the same for all revisions that have the file.</param>
/// <param name="Sha256">The digest that its name promises.</param>
internal sealed record HubBlob(string Path, string Sha256)
{
    /// <summary>The blob that a path leads to; null if the path is no link into such a cache.</summary>
    /// <param name="path">Full path.</param>
    public static HubBlob? Find(string path)
    {
        if (Target(path) is not { } target || System.IO.Path.GetDirectoryName(target) is not { } blobs || System.IO.Path.GetDirectoryName(blobs) is not { } model)
        {
            return null;
        }

        var name = System.IO.Path.GetFileName(target);
        return Sha256Text.IsDigest(name) && System.IO.Path.GetFileName(blobs) == "blobs" && Directory.Exists(System.IO.Path.Combine(model, "snapshots"))
            ? new HubBlob(target, name)
            : null;
    }

    /// <summary>Makes sure that the content of a file is what its name promises, if its name does.</summary>
    /// <param name="path">Full path, which may lead to a blob.</param>
    /// <param name="sha256">Digest of the content.</param>
    /// <exception cref="MergeException">It is not.</exception>
    public static void RequireIntact(string path, string sha256)
    {
        if (Find(path) is { } blob && blob.Sha256 != sha256)
        {
            throw new MergeException(DiagnosticCode.HubBlobDamaged, null, path, blob.Path, sha256);
        }
    }

    /// <summary>What a link leads to. Its folder may be a link as well, in which case the relative path in the link starts elsewhere.</summary>
    private static string? Target(string path)
    {
        try
        {
            var folder = System.IO.Path.GetDirectoryName(path)!;
            var real = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
            return File.ResolveLinkTarget(System.IO.Path.Combine(real, System.IO.Path.GetFileName(path)), returnFinalTarget: true)?.FullName;
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            return null;
        }
    }
}
