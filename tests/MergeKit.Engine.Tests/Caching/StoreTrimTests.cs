using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Tests.Caching;

/// <summary>How a store keeps to its limit, and what it leaves alone.</summary>
public sealed class StoreTrimTests : IDisposable
{
    private readonly StoreWorkspace workspace = new();

    [Fact]
    public void What_was_used_longest_ago_goes_first()
    {
        var cache = workspace.Open(limit: 300);
        Put(cache, 1, 2, 3);
        Assert.NotNull(workspace.Take(cache, 1));
        Put(cache, 4);
        Assert.Equal([1, 3, 4], workspace.Stored());
        Assert.False(File.Exists(workspace.BlobOf(StoreWorkspace.Bytes(2, 100))));
    }

    [Fact]
    public void As_much_goes_as_has_to()
    {
        var cache = workspace.Open(limit: 300);
        Put(cache, 1, 2, 3);
        workspace.Put(cache, 4, StoreWorkspace.Bytes(4, 101));
        Assert.Equal([3, 4], workspace.Stored());
    }

    [Fact]
    public void What_is_larger_than_the_limit_is_not_stored()
    {
        var cache = workspace.Open(limit: 300);
        Put(cache, 1);
        Assert.False(workspace.Put(cache, 2, StoreWorkspace.Bytes(2, 301)));
        Assert.True(workspace.Put(cache, 3, StoreWorkspace.Bytes(3, 300)));
        Assert.Equal([3], workspace.Stored());
        Assert.Empty(workspace.Warnings);
    }

    [Fact]
    public void Weights_of_two_entries_count_once_and_stay_while_one_needs_them()
    {
        var cache = workspace.Open(limit: 300);
        var shared = StoreWorkspace.Bytes(7, 200);
        workspace.Put(cache, 1, shared);
        workspace.Put(cache, 2, shared);
        Put(cache, 3);
        Assert.Equal([1, 2, 3], workspace.Stored());
        Assert.NotNull(workspace.Take(cache, 3));
        Assert.NotNull(workspace.Take(cache, 2));
        Put(cache, 4);
        Assert.Equal([2, 4], workspace.Stored());
        Assert.Equal(shared, workspace.Take(cache, 2));
    }

    [Fact]
    public void Trimming_keeps_to_a_lower_limit_and_says_what_it_did()
    {
        Put(workspace.Open(), 1, 2, 3);
        Assert.Equal(new TrimResult(Entries: 2, Files: 2, Bytes: 200, RemainingBytes: 100), workspace.Open(limit: 150).Trim());
        Assert.Equal([3], workspace.Stored());
        Assert.Equal(new TrimResult(0, 0, 0, 100), workspace.Open(limit: 150).Trim());
    }

    [Fact]
    public void A_store_that_is_not_there_is_not_created_by_trimming()
    {
        Assert.Equal(new TrimResult(0, 0, 0, 0), workspace.Open().Trim());
        Assert.False(Directory.Exists(workspace.Store));
    }

    [Fact]
    public void Trimming_removes_orphans_and_entries_without_weights()
    {
        var cache = workspace.Open();
        Put(cache, 1, 2, 3);
        File.Delete(workspace.BlobOf(StoreWorkspace.Bytes(1, 100)));
        File.Delete(Path.Combine(workspace.Store, "entries", StoreWorkspace.Fingerprint(2)[..2], StoreWorkspace.Fingerprint(2)));
        Assert.Equal(new TrimResult(Entries: 1, Files: 1, Bytes: 100, RemainingBytes: 100), cache.Trim());
        Assert.Equal([3], workspace.Stored());
    }

    [Fact]
    public void Trimming_removes_what_an_interrupted_copy_left_but_not_what_is_being_copied()
    {
        var cache = workspace.Open();
        Put(cache, 1);
        var abandoned = new TemporaryNames(workspace.Store, workspace.Clock).Next();
        File.WriteAllText(abandoned, "half");
        workspace.Clock.Now += TimeSpan.FromDays(1);
        var current = new TemporaryNames(workspace.Store, workspace.Clock).Next();
        File.WriteAllText(current, "half");
        Assert.Equal(new TrimResult(Entries: 0, Files: 1, Bytes: 4, RemainingBytes: 100), cache.Trim());
        Assert.False(File.Exists(abandoned));
        Assert.True(File.Exists(current));
    }

    [Fact]
    public void Nothing_foreign_is_deleted()
    {
        var digest = DigestWorkspace.Hex([9]);
        string[] foreign =
        [
            workspace.WriteInStore("notes.txt", [1]),
            workspace.WriteInStore("blobs/notes.txt", [1]),
            workspace.WriteInStore($"blobs/{digest}", [1]),
            workspace.WriteInStore($"blobs/{digest[..2]}/notes.txt", [1]),
            workspace.WriteInStore($"blobs/{digest[..2]}/deeper/{digest}", [1]),
            workspace.WriteInStore($"blobs/zz/{digest}", [1]),
            workspace.WriteInStore($"entries/{digest[..2]}/{digest}.json", [1]),
            workspace.WriteInStore("temporary/notes.txt", [1]),
            workspace.WriteInStore("temporary/0123456789abcdef-0123", [1]),
        ];
        Put(workspace.Open(), 1);
        workspace.Open(limit: 0).Trim();
        Assert.Empty(workspace.Stored());
        Assert.All(foreign, path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public void Nothing_behind_a_link_is_deleted()
    {
        var digest = DigestWorkspace.Hex([9]);
        Directory.CreateDirectory(workspace["elsewhere"]);
        var outside = workspace.WriteInStore($"../elsewhere/{digest}", [1]);
        Directory.CreateDirectory(Path.Combine(workspace.Store, "blobs"));
        Directory.CreateSymbolicLink(Path.Combine(workspace.Store, "blobs", digest[..2]), workspace["elsewhere"]);
        Directory.CreateSymbolicLink(Path.Combine(workspace.Store, "entries"), workspace["elsewhere"]);
        Directory.CreateSymbolicLink(Path.Combine(workspace.Store, "temporary"), workspace["elsewhere"]);
        workspace.Clock.Now = new DateTimeOffset(DateTime.MaxValue.AddYears(-1), TimeSpan.Zero);
        Assert.Equal(new TrimResult(0, 0, 0, 0), workspace.Open(limit: 0).Trim());
        Assert.True(File.Exists(outside));
    }

    public void Dispose() => workspace.Dispose();

    /// <summary>Stores 100 bytes of its own under each fingerprint.</summary>
    private void Put(ShardCache cache, params int[] fingerprints) =>
        Assert.All(fingerprints, number => Assert.True(workspace.Put(cache, number, StoreWorkspace.Bytes(number, 100))));
}
