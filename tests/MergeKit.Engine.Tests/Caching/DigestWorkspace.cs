using System.Security.Cryptography;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Caching.Hashing;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Caching;

/// <summary>Checkpoint files of a given age, and memories that count what is read for them.</summary>
internal sealed class DigestWorkspace : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private long bytesRead;

    public SetTime Clock { get; } = new();

    public string MemoryFolder => folder["memory"];

    public string Path => folder.Path;

    public string this[string name] => folder[name];

    /// <summary>Digests as SHA-256 over all bytes of a file and BLAKE3 over those of its tensors give them.</summary>
    public static CheckpointDigest Expected(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var bytes = File.ReadAllBytes(path);
        return new CheckpointDigest(
            Hex(bytes),
            file.Tensors.ToDictionary(CheckpointDigest.KeyOf, tensor => TensorHex(bytes.AsSpan((int)tensor.FileOffset, (int)tensor.ByteLength))));
    }

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string TensorHex(ReadOnlySpan<byte> bytes)
    {
        var hash = new Blake3();
        hash.Append(bytes);
        return hash.Take();
    }

    /// <summary>The bytes of a checkpoint with tensors of given lengths.</summary>
    public static byte[] Weights(int seed, params int[] lengths)
    {
        var random = new Random(seed);
        var builder = new SafetensorsBuilder();
        foreach (var (i, length) in lengths.Index())
        {
            var data = new byte[length];
            random.NextBytes(data);
            builder.Add($"layer.{i}", DType.U8, [length], data);
        }

        return builder.Build();
    }

    /// <summary>Writes a checkpoint; long ago, unless told otherwise.</summary>
    public string Write(string name, byte[] bytes, DateTime? time = null)
    {
        var path = folder.Write(name, bytes);
        File.SetLastWriteTimeUtc(path, time ?? SetTime.Past);
        return path;
    }

    public DigestMemory Memory() => new(MemoryFolder, Clock);

    /// <summary>Gets digests and the number of bytes that had to be read for them.</summary>
    public (IReadOnlyDictionary<string, CheckpointDigest> Digests, long BytesRead) Get(int threads, params string[] paths)
    {
        var files = paths.Select(SafetensorsFile.Open).ToList();
        try
        {
            bytesRead = 0;
            var digests = Memory().Get(files, threads, count => Interlocked.Add(ref bytesRead, count), CancellationToken.None);
            return (digests, bytesRead);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    public long BytesReadFor(params string[] paths) => Get(1, paths).BytesRead;

    public void Dispose() => folder.Dispose();
}
