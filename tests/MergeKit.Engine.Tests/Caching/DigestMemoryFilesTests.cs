using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Caching;

/// <summary>What a memory leaves on the disk, and what it makes of what it finds there.</summary>
public sealed class DigestMemoryFilesTests : IDisposable
{
    private readonly DigestWorkspace workspace = new();

    [Fact]
    public void A_path_has_one_entry_however_often_its_file_changes()
    {
        for (var i = 0; i < 5; i++)
        {
            workspace.BytesReadFor(workspace.Write("a.safetensors", DigestWorkspace.Weights(i, 100)));
        }

        Assert.Single(Directory.GetFiles(Path.Combine(workspace.MemoryFolder, "paths"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Combine(workspace.MemoryFolder, "temporary")));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("zeros")]
    [InlineData("flipped")]
    [InlineData("other version")]
    public void Damaged_memory_is_unknown_and_mended(string damage)
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000, 20));
        var expected = DigestWorkspace.Expected(path);
        foreach (var level in new[] { "paths", "contents" })
        {
            workspace.BytesReadFor(path);
            foreach (var file in Directory.GetFiles(Path.Combine(workspace.MemoryFolder, level), "*", SearchOption.AllDirectories))
            {
                File.WriteAllBytes(file, Damaged(damage, File.ReadAllBytes(file)));
            }

            Assert.Null(workspace.Memory().Find(path));
            Assert.Equal(expected.Tensors, workspace.Get(1, path).Digests[path].Tensors);
            Assert.Equal(0, workspace.BytesReadFor(path));
        }
    }

    [Fact]
    public void Digests_of_tensors_by_another_hash_are_unknown_and_replaced()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000, 20));
        var expected = DigestWorkspace.Expected(path);
        workspace.BytesReadFor(path);
        var entry = Assert.Single(Directory.GetFiles(Path.Combine(workspace.MemoryFolder, "contents"), "*", SearchOption.AllDirectories));
        SealedRecord.Edit(entry, json =>
        {
            json["Sha256"] = json["Blake3"]!.DeepClone();
            json.AsObject().Remove("Blake3");
        });
        Assert.Null(workspace.Memory().Find(path));
        Assert.Equal(expected.Tensors, workspace.Get(1, path).Digests[path].Tensors);
        Assert.Equal(expected.Tensors, workspace.Memory().Find(path)!.Tensors);
    }

    [Fact]
    public void A_memory_that_cannot_be_written_is_no_error()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000));
        File.WriteAllText(workspace.MemoryFolder, "a file where the folder should be");
        Assert.NotEqual(0, workspace.BytesReadFor(path));
        Assert.NotEqual(0, workspace.BytesReadFor(path));
        workspace.Memory().FileDigest(path, null, CancellationToken.None);
        workspace.Memory().Trim();
    }

    [Fact]
    public void Many_memories_use_one_folder_at_once()
    {
        var paths = Enumerable.Range(0, 8).Select(i => workspace.Write($"{i % 4}.safetensors", DigestWorkspace.Weights(i % 4, 2000 + i % 4))).ToArray();
        var expected = paths.Distinct().ToDictionary(path => path, DigestWorkspace.Expected);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var path = paths[i % paths.Length];
            Assert.Equal(expected[path].Sha256, new DigestMemory(workspace.MemoryFolder, workspace.Clock).FileDigest(path, null, CancellationToken.None));
            using var file = SafetensorsFile.Open(path);
            Assert.Equal(expected[path].Tensors, workspace.Memory().Get([file], 1, null, CancellationToken.None)[path].Tensors);
        });
        Assert.Equal(0, workspace.BytesReadFor([.. expected.Keys]));
    }

    [Fact]
    public void Trimming_forgets_what_nobody_asked_for_in_long_and_what_interrupted_writes_left()
    {
        var old = workspace.Write("old.safetensors", DigestWorkspace.Weights(1, 100));
        var used = workspace.Write("used.safetensors", DigestWorkspace.Weights(2, 100));
        workspace.BytesReadFor(old, used);
        var abandoned = new TemporaryNames(workspace.MemoryFolder, workspace.Clock).Next();
        File.WriteAllText(abandoned, "half");
        workspace.Clock.Now += TimeSpan.FromDays(90);
        Assert.NotNull(workspace.Memory().Find(used));
        workspace.Clock.Now += TimeSpan.FromDays(90);
        workspace.Memory().Trim();
        Assert.Null(workspace.Memory().Find(old));
        Assert.NotNull(workspace.Memory().Find(used));
        Assert.False(File.Exists(abandoned));
    }

    public void Dispose() => workspace.Dispose();

    private static byte[] Damaged(string damage, byte[] bytes) => damage switch
    {
        "cut" => bytes[..^5],
        "empty" => [],
        "zeros" => new byte[bytes.Length],
        "other version" => [.. "mergekit-cache 2"u8, .. bytes[16..]],
        _ => [.. bytes[..^10], (byte)(bytes[^10] ^ 1), .. bytes[^9..]],
    };
}
