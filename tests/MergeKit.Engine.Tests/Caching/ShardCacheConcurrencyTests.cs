using MergeKit.Engine.Caching;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Caching;

/// <summary>Many builds use one store at once.</summary>
public sealed class ShardCacheConcurrencyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_fetched_is_right_while_others_store_fetch_and_evict(bool links)
    {
        var contents = Enumerable.Range(0, 8).Select(i => StoreWorkspace.Bytes(i % 6, 20_000 + (i % 6))).ToArray();
        var paths = contents.Select((bytes, i) => folder.Write($"made-{i}", bytes)).ToArray();
        var fetched = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            var random = new Random(worker);
            var cache = new ShardCache(folder["store"], 70_000, diagnostic => Assert.Fail(diagnostic.Message), null, links ? null : (_, _) => false);
            for (var step = 0; step < 60; step++)
            {
                var number = random.Next(contents.Length);
                var fingerprint = StoreWorkspace.Fingerprint(number);
                var destination = folder[$"taken-{worker}-{step}"];
                if (step % 20 == 19)
                {
                    cache.Trim();
                }
                else if (cache.TryFetch(fingerprint, destination, CancellationToken.None) is { } shard)
                {
                    Assert.Equal(contents[number], File.ReadAllBytes(destination));
                    Assert.Equal($"payload {number}", shard.Payload);
                    Interlocked.Increment(ref fetched);
                }
                else
                {
                    cache.Store(fingerprint, paths[number], DigestWorkspace.Hex(contents[number]), $"payload {number}", CancellationToken.None);
                }
            }
        });
        Assert.NotEqual(0, fetched);
        var left = new ShardCache(folder["store"], 70_000).Trim();
        Assert.InRange(left.RemainingBytes, 1, 70_000);
        Assert.Empty(Directory.GetFiles(folder["store/temporary"]));
    }

    public void Dispose() => folder.Dispose();
}
