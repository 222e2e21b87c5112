using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Caching;

public sealed class DigestMemoryTests : IDisposable
{
    private const int Mebibyte = 1 << 20;

    private readonly DigestWorkspace workspace = new();

    public static TheoryData<int, int[]> Shapes => new()
    {
        { 1, [] },
        { 1, [0, 5, 0] },
        { 3, [1000, 0, 24] },
        { 1, [Mebibyte, Mebibyte - 1, 3 * Mebibyte, 17] },
        { 1, [18 * Mebibyte, 5, 0, 20 * Mebibyte, Mebibyte, 0] },
        { 2, [18 * Mebibyte, 5, 0, 20 * Mebibyte, Mebibyte, 0] },
        { 4, [18 * Mebibyte, 5, 0, 20 * Mebibyte, Mebibyte, 0] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Digests_are_those_of_the_file_and_of_every_tensor(int threads, int[] lengths)
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, lengths));
        var (digests, bytesRead) = workspace.Get(threads, path);
        AssertEqual(DigestWorkspace.Expected(path), digests[path]);
        Assert.Equal(new FileInfo(path).Length, bytesRead);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Files_of_different_size_are_done_together(int threads)
    {
        var paths = Enumerable.Range(0, 5).Select(i => workspace.Write($"{i}.safetensors", DigestWorkspace.Weights(i, 1000 * i, i == 3 ? 40 * Mebibyte : 7))).ToArray();
        var (digests, _) = workspace.Get(threads, [.. paths, paths[2]]);
        Assert.Equal(paths.Length, digests.Count);
        Assert.All(paths, path => AssertEqual(DigestWorkspace.Expected(path), digests[path]));
    }

    [Fact]
    public void A_file_is_read_once()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000, 20));
        Assert.Null(workspace.Memory().Find(path));
        Assert.Equal(new FileInfo(path).Length, workspace.BytesReadFor(path));
        var (digests, bytesRead) = workspace.Get(1, path);
        Assert.Equal(0, bytesRead);
        AssertEqual(DigestWorkspace.Expected(path), digests[path]);
        AssertEqual(DigestWorkspace.Expected(path), workspace.Memory().Find(path)!);
    }

    [Fact]
    public void A_file_that_was_touched_is_read_again()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000));
        workspace.BytesReadFor(path);
        File.SetLastWriteTimeUtc(path, SetTime.Past.AddSeconds(5));
        Assert.Null(workspace.Memory().Find(path));
        Assert.NotEqual(0, workspace.BytesReadFor(path));
        Assert.Equal(0, workspace.BytesReadFor(path));
    }

    [Fact]
    public void A_replacement_of_the_same_size_and_time_is_read()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000));
        workspace.BytesReadFor(path);
        File.Move(workspace.Write("b.safetensors", DigestWorkspace.Weights(2, 3000)), path, overwrite: true);
        var (digests, _) = workspace.Get(1, path);
        AssertEqual(DigestWorkspace.Expected(path), digests[path]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-3600)]
    public void A_file_written_just_before_is_not_remembered(int age)
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000), workspace.Clock.Now.UtcDateTime.AddSeconds(-age));
        Assert.NotEqual(0, workspace.BytesReadFor(path));
        Assert.NotEqual(0, workspace.BytesReadFor(path));
        workspace.Memory().FileDigest(path, null, CancellationToken.None);
        Assert.Null(workspace.Memory().Find(path));
        workspace.Clock.Now += TimeSpan.FromSeconds(3602);
        Assert.NotEqual(0, workspace.BytesReadFor(path));
        Assert.Equal(0, workspace.BytesReadFor(path));
    }

    [Fact]
    public void The_digest_of_any_file_is_remembered()
    {
        var path = workspace.Write("tokenizer.json", "{}"u8.ToArray());
        var read = 0L;
        Assert.Equal(DigestWorkspace.Hex("{}"u8), workspace.Memory().FileDigest(path, count => read += count, CancellationToken.None));
        Assert.Equal(2, read);
        Assert.Equal(DigestWorkspace.Hex("{}"u8), workspace.Memory().FileDigest(path, count => read += count, CancellationToken.None));
        Assert.Equal(2, read);
    }

    [Fact]
    public void Tensors_of_a_file_whose_digest_is_remembered_are_still_found()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3000, 4));
        workspace.Memory().FileDigest(path, null, CancellationToken.None);
        Assert.Null(workspace.Memory().Find(path));
        var (digests, _) = workspace.Get(2, path);
        AssertEqual(DigestWorkspace.Expected(path), digests[path]);
    }

    [Fact]
    public void Tensors_of_a_file_whose_digest_is_remembered_are_divided_among_threads()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 18 * Mebibyte, 5, 0, 20 * Mebibyte, Mebibyte, 0));
        workspace.Memory().FileDigest(path, null, CancellationToken.None);
        var (digests, bytesRead) = workspace.Get(2, path);
        AssertEqual(DigestWorkspace.Expected(path), digests[path]);
        Assert.Equal(new FileInfo(path).Length, bytesRead);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error() =>
        MergeErrors.Single(DiagnosticCode.FileNotReadable, () => workspace.Memory().FileDigest(workspace["none"], null, CancellationToken.None));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_file_that_changes_while_it_is_read_is_an_error_and_not_remembered(int threads)
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 18 * Mebibyte, 18 * Mebibyte));
        using var file = SafetensorsFile.Open(path);
        var message = MergeErrors.Single(
            DiagnosticCode.FileChangedWhileRead,
            () => workspace.Memory().Get([file], threads, _ => File.SetLastWriteTimeUtc(path, SetTime.Past.AddHours(1)), CancellationToken.None));
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Null(workspace.Memory().Find(path));
    }

    [Fact]
    public void A_file_that_is_cut_off_while_it_is_read_is_an_error()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3 * Mebibyte));
        using var file = SafetensorsFile.Open(path);
        MergeErrors.Single(DiagnosticCode.FileChangedWhileRead, () => workspace.Memory().Get([file], 1, _ => Cut(path), CancellationToken.None));

        static void Cut(string path)
        {
            using var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            writer.SetLength(Mebibyte);
        }
    }

    [Fact]
    public void A_file_that_changed_between_opening_and_reading_is_an_error()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 100));
        workspace.BytesReadFor(path);
        using var file = SafetensorsFile.Open(path);
        File.SetLastWriteTimeUtc(path, SetTime.Past.AddHours(1));
        MergeErrors.Single(DiagnosticCode.FileChangedWhileRead, () => workspace.Memory().Get([file], 1, null, CancellationToken.None));
    }

    [Fact]
    public void A_path_that_was_opened_before_and_after_its_replacement_is_an_error()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 100));
        using var before = SafetensorsFile.Open(path);
        File.Move(workspace.Write("b.safetensors", DigestWorkspace.Weights(2, 100)), path, overwrite: true);
        using var after = SafetensorsFile.Open(path);
        MergeErrors.Single(DiagnosticCode.FileChangedWhileRead, () => workspace.Memory().Get([before, after], 1, null, CancellationToken.None));
    }

    [Fact]
    public void What_was_read_of_a_file_is_not_taken_for_what_replaced_it()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 100));
        var old = DigestWorkspace.Expected(path);
        using (var file = SafetensorsFile.Open(path))
        {
            File.Move(workspace.Write("b.safetensors", DigestWorkspace.Weights(2, 100)), path, overwrite: true);
            AssertEqual(old, workspace.Memory().Get([file], 1, null, CancellationToken.None)[path]);
        }

        Assert.Null(workspace.Memory().Find(path));
    }

    [Fact]
    public void Cancelling_ends_the_reading()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 3 * Mebibyte));
        using var file = SafetensorsFile.Open(path);
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => workspace.Memory().Get([file], 2, _ => cancellation.Cancel(), cancellation.Token));
        Assert.Null(workspace.Memory().Find(path));
    }

    [Fact]
    public void Content_ids_of_stored_tensors_come_from_the_digests()
    {
        var path = workspace.Write("a.safetensors", DigestWorkspace.Weights(1, 100, 30));
        var (digests, _) = workspace.Get(1, path);
        using var file = SafetensorsFile.Open(path);
        var bytes = File.ReadAllBytes(path);
        Assert.All(file.Tensors, tensor => Assert.Equal(
            DigestWorkspace.TensorHex(bytes.AsSpan((int)tensor.FileOffset, (int)tensor.ByteLength)), new RememberedDigests(digests, null).Of(tensor)));
    }

    public void Dispose() => workspace.Dispose();

    private static void AssertEqual(CheckpointDigest expected, CheckpointDigest actual)
    {
        Assert.Equal(expected.Sha256, actual.Sha256);
        Assert.Equal(expected.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal), actual.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }
}
