namespace MergeKit.Engine.Downloads;

/// <summary>How far running downloads are.</summary>
/// <param name="FilesDone">Files that are complete.</param>
/// <param name="FilesTotal">Files asked for.</param>
/// <param name="BytesDone">Bytes that are on disk, those of earlier downloads included; fewer than before when a file had to be started over.</param>
/// <param name="BytesTotal">Bytes of all files; null while the size of one is not known.</param>
public readonly record struct DownloadProgress(int FilesDone, int FilesTotal, long BytesDone, long? BytesTotal);
