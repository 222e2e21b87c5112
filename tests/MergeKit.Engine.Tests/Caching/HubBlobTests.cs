namespace MergeKit.Engine.Tests.Caching;

/// <summary>Files of the Hugging Face cache, whose names are their digests.</summary>
public sealed class HubBlobTests : IDisposable
{
    private readonly DigestWorkspace workspace = new();
    private readonly byte[] weights = DigestWorkspace.Weights(1, 3000, 20);

    [Fact]
    public void The_name_of_a_blob_is_its_digest()
    {
        var path = Snapshot("a", Blob());
        Assert.Equal(Digest, workspace.Memory().FileDigest(path, _ => Assert.Fail("The file was read."), CancellationToken.None));
    }

    [Fact]
    public void Tensors_of_a_blob_are_read_once_wherever_it_is_linked()
    {
        var blob = Blob();
        var (digests, bytesRead) = workspace.Get(1, Snapshot("a", blob));
        Assert.Equal(weights.Length, bytesRead);
        Assert.Equal(Digest, digests.Values.Single().Sha256);
        Assert.Equal(DigestWorkspace.Expected(blob).Tensors, digests.Values.Single().Tensors);
        Assert.Equal(0, workspace.BytesReadFor(Snapshot("b", blob)));
        Assert.NotNull(workspace.Memory().Find(Snapshot("c", blob)));
    }

    [Fact]
    public void A_snapshot_is_found_through_a_link_to_its_folder()
    {
        var folder = Path.GetDirectoryName(Snapshot("a", Blob()))!;
        Directory.CreateDirectory(workspace["project/models"]);
        Directory.CreateSymbolicLink(workspace["project/models/base"], folder);
        Assert.Equal(Digest, workspace.Memory().FileDigest(workspace["project/models/base/model.safetensors"], _ => Assert.Fail("The file was read."), CancellationToken.None));
    }

    [Fact]
    public void A_blob_that_was_downloaded_anew_is_read_again()
    {
        var path = Snapshot("a", Blob());
        workspace.BytesReadFor(path);
        var mended = DigestWorkspace.Weights(2, 3000, 20);
        workspace.Write($"hub/models--org--model/blobs/{Digest}", mended, SetTime.Past.AddHours(1));
        var (digests, bytesRead) = workspace.Get(1, path);
        Assert.Equal(mended.Length, bytesRead);
        Assert.Equal(DigestWorkspace.Expected(path).Tensors, digests[path].Tensors);
    }

    [Fact]
    public void A_name_elsewhere_is_only_a_name()
    {
        var wrong = new string('0', 64);
        var elsewhere = workspace.Write($"other/blobs/{wrong}", weights);
        File.CreateSymbolicLink(workspace["link.safetensors"], elsewhere);
        Assert.Equal(Digest, workspace.Memory().FileDigest(workspace["link.safetensors"], null, CancellationToken.None));
        var notHex = workspace.Write($"hub/models--org--model/blobs/{Digest}.incomplete", weights);
        Assert.Equal(Digest, workspace.Memory().FileDigest(Snapshot("a", notHex), null, CancellationToken.None));
    }

    public void Dispose() => workspace.Dispose();

    private string Digest => DigestWorkspace.Hex(weights);

    private string Blob() => workspace.Write($"hub/models--org--model/blobs/{Digest}", weights);

    /// <summary>Links a blob as Hugging Face's tools do, with a relative path.</summary>
    private string Snapshot(string revision, string blob)
    {
        var folder = Directory.CreateDirectory(workspace[$"hub/models--org--model/snapshots/{revision}"]).FullName;
        var link = Path.Combine(folder, "model.safetensors");
        File.CreateSymbolicLink(link, Path.Combine("..", "..", "blobs", Path.GetFileName(blob)));
        return link;
    }
}
