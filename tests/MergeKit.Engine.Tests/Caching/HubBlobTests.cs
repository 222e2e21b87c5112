using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Caching;

/// <summary>Files of the Hugging Face cache, whose names promise their digests.</summary>
public sealed class HubBlobTests : IDisposable
{
    private readonly DigestWorkspace workspace = new();
    private readonly byte[] weights = DigestWorkspace.Weights(1, 3000, 20);

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
        var path = Snapshot("a", Blob());
        workspace.BytesReadFor(path);
        Directory.CreateDirectory(workspace["project/models"]);
        Directory.CreateSymbolicLink(workspace["project/models/base"], Path.GetDirectoryName(path)!);
        Assert.Equal(Digest, workspace.Memory().FileDigest(workspace["project/models/base/model.safetensors"], _ => Assert.Fail("The file was read."), CancellationToken.None));
    }

    [Fact]
    public void A_damaged_blob_is_refused_until_it_is_mended()
    {
        var blob = Blob();
        var path = Snapshot("a", blob);
        weights[^1] ^= 1;
        File.WriteAllBytes(blob, weights);
        File.SetLastWriteTimeUtc(blob, SetTime.Past);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Contains(blob, MergeErrors.Single(DiagnosticCode.HubBlobDamaged, () => workspace.Get(1, path)), StringComparison.Ordinal);
            Assert.Contains(Digest, MergeErrors.Single(DiagnosticCode.HubBlobDamaged, () => workspace.Memory().FileDigest(path, null, CancellationToken.None)), StringComparison.Ordinal);
        }

        weights[^1] ^= 1;
        File.Delete(blob);
        workspace.Write($"hub/models--org--model/blobs/{Digest}", weights, SetTime.Past.AddHours(1));
        Assert.Equal(Digest, workspace.Get(1, path).Digests[path].Sha256);
    }

    [Fact]
    public void Damage_is_found_after_a_blob_was_read_whole()
    {
        var blob = Blob();
        var path = Snapshot("a", blob);
        workspace.BytesReadFor(path);
        weights[^1] ^= 1;
        File.WriteAllBytes(blob, weights);
        MergeErrors.Single(DiagnosticCode.HubBlobDamaged, () => workspace.Get(1, path));
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
