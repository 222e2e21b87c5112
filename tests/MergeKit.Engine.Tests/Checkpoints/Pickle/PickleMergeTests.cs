using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Caching;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints.Pickle;

/// <summary>A merge depends on tensors, not on the format in which they are stored.</summary>
public sealed class PickleMergeTests : IDisposable
{
    private const string Recipe = "{merge_method: linear, models: [{model: a, parameters: {weight: 0.3}}, {model: b, parameters: {weight: 0.7}}]}";

    private readonly MergeWorkspace workspace = new();

    private string Weights => Path.Combine(workspace.Output, "model.safetensors");

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Tensors_from_another_format_need_no_new_merge(string container)
    {
        Models();
        var request = workspace.Request(Recipe);
        MergeWorkspace.Merge(request);
        var before = File.ReadAllBytes(Weights);

        File.Delete(workspace["a/model.safetensors"]);
        var torch = Torch();
        File.WriteAllBytes(workspace["a/pytorch_model.bin"], container == "zip" ? torch.Zip() : torch.Legacy());
        var work = MergeWorkspace.Work(request);

        Assert.Equal(0, work.TensorsToCompute);
        Assert.Equal(before, File.ReadAllBytes(Weights));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Digests_of_tensors_are_those_of_their_elements(int threads)
    {
        using var digests = new DigestWorkspace();
        var builder = new TorchBuilder();
        var large = new byte[5_000_000];
        new Random(1).NextBytes(large);
        var storage = builder.Storage(DType.U8, large);
        builder.View("all", storage, DType.U8, 0, [5_000_000], [1]).View("turned", storage, DType.U8, 0, [1000, 5000], [1, 1000])
            .View("tied", storage, DType.U8, 0, [5_000_000], [1]).View("tail", storage, DType.U8, 4_000_000, [1_000_000], [1]).Add("next", DType.F32, [2], 1f, 2f);
        var path = digests.Write("m.bin", builder.Zip());
        using var file = PickleFile.Open(path);
        var read = 0L;

        var found = digests.Memory().Get([file], threads, count => Interlocked.Add(ref read, count), CancellationToken.None)[path];

        Assert.Equal(file.File.Length, read);
        Assert.Equal(DigestWorkspace.Hex(File.ReadAllBytes(path)), found.Sha256);
        Assert.All(file.Tensors, tensor => Assert.Equal(DigestWorkspace.TensorHex(MergedTensors.Bytes(tensor)), found.Tensors[Engine.Caching.CheckpointDigest.KeyOf(tensor)]));
        digests.Memory().Get([file], threads, _ => Assert.Fail("It was remembered."), CancellationToken.None);
    }

    public void Dispose() => workspace.Dispose();

    private static TorchBuilder Torch()
    {
        // Stored transposed, as layers of some frameworks are.
        var torch = new TorchBuilder();
        var values = Noise.Normal(1, 6);
        var stored = Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes(values[i % 2 * 3 + i / 2])).ToArray();
        return torch.View("w", torch.Storage(DType.F32, stored), DType.F32, 0, [2, 3], [1, 2]).Add("norm", DType.F32, [4], Noise.Normal(2, 4));
    }

    private void Models()
    {
        workspace.Model("a", new SafetensorsBuilder().Add("w", DType.F32, [2, 3], Noise.Normal(1, 6)).Add("norm", DType.F32, [4], Noise.Normal(2, 4)));
        workspace.Model("b", new SafetensorsBuilder().Add("w", DType.F32, [2, 3], Noise.Normal(3, 6)).Add("norm", DType.F32, [4], Noise.Normal(4, 4)));
    }
}
