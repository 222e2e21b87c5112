namespace MergeKit.Engine.Hub;

/// <summary>Files of snapshots, which are links or stand there themselves.</summary>
internal static class SnapshotFile
{
    /// <summary>Whether there is a file. A link that leads nowhere is none, while <see cref="File.Exists"/> takes the link for one.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static bool Exists(string path) =>
        File.Exists(path) && (new FileInfo(path).LinkTarget is null || File.ResolveLinkTarget(path, returnFinalTarget: true)!.Exists);
}
