using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Caching;

/// <summary>A store of weights, files to put into it, and what it warns of.</summary>
internal sealed class StoreWorkspace : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int fetched;

    public SetTime Clock { get; } = new();

    public List<Diagnostic> Warnings { get; } = [];

    public string Store => folder["store"];

    public string this[string name] => folder[name];

    /// <summary>A fingerprint; numbers of a byte keep their order.</summary>
    public static string Fingerprint(int number) => DigestWorkspace.Hex([(byte)number]);

    public static byte[] Bytes(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public ShardCache Open(long limit = 1_000_000, bool links = true) =>
        new(Store, limit, Warnings.Add, Clock, links ? null : (_, _) => false) { Patience = TimeSpan.Zero };

    /// <summary>Stores bytes under a fingerprint, a second after everything before.</summary>
    public bool Put(ShardCache cache, int fingerprint, byte[] bytes)
    {
        Clock.Now += TimeSpan.FromSeconds(1);
        return cache.Store(Fingerprint(fingerprint), folder.Write($"made-{fingerprint}", bytes), DigestWorkspace.Hex(bytes), $"payload {fingerprint}", CancellationToken.None);
    }

    /// <summary>Fetches to a new file, a second after everything before.</summary>
    public byte[]? Take(ShardCache cache, int fingerprint)
    {
        Clock.Now += TimeSpan.FromSeconds(1);
        var destination = folder[$"taken-{fetched++}"];
        var shard = cache.TryFetch(Fingerprint(fingerprint), destination, CancellationToken.None);
        if (shard is null)
        {
            Assert.False(File.Exists(destination));
            return null;
        }

        var bytes = File.ReadAllBytes(destination);
        Assert.Equal(new CachedShard(DigestWorkspace.Hex(bytes), FileStamp.TryRead(destination)!.Value, $"payload {fingerprint}"), shard);
        return bytes;
    }

    /// <summary>The fingerprints, among the first numbers, that the store still has.</summary>
    public IEnumerable<int> Stored() => Enumerable.Range(0, 10).Where(number => File.Exists(Path.Combine(Store, "entries", Fingerprint(number)[..2], Fingerprint(number))));

    /// <summary>Where the store keeps bytes.</summary>
    public string BlobOf(byte[] bytes) => BlobOf(DigestWorkspace.Hex(bytes));

    public string BlobOf(string sha256) => Path.Combine(Store, "blobs", sha256[..2], sha256);

    public string WriteInStore(string name, byte[] bytes) => folder.Write(Path.Combine("store", name), bytes);

    public void Dispose() => folder.Dispose();
}
