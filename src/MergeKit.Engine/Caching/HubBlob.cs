using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>
/// Files in the cache of Hugging Face's tools: <c>models--a--b/snapshots/REVISION/model.safetensors</c> is a link to
/// <c>models--a--b/blobs/SHA256</c>, so that the name tells the digest.
/// </summary>
internal static class HubBlob
{
    /// <summary>The digest that the name of a file tells; null if the file is no link into such a cache.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="stamp">The file's stamp, which what the link leads to must share.</param>
    public static string? DigestOf(string path, FileStamp stamp)
    {
        if (Target(path) is not { } target || Path.GetDirectoryName(target) is not { } blobs || Path.GetDirectoryName(blobs) is not { } model)
        {
            return null;
        }

        var name = Path.GetFileName(target);
        return Sha256Text.IsDigest(name)
            && Path.GetFileName(blobs) == "blobs"
            && Directory.Exists(Path.Combine(model, "snapshots"))
            && FileStamp.TryRead(target) == stamp
            ? name
            : null;
    }

    /// <summary>What a link leads to. Its folder may be a link as well, in which case the relative path in the link starts elsewhere.</summary>
    private static string? Target(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            var real = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
            return File.ResolveLinkTarget(Path.Combine(real, Path.GetFileName(path)), returnFinalTarget: true)?.FullName;
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            return null;
        }
    }
}
