using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>Headers that claim absurd layers cost neither time nor memory.</summary>
public sealed class HostileNamesTests : IDisposable
{
    private const long MaximumAllocation = 64 << 20;

    private readonly MergeFolder folder = new();

    [Theory]
    [InlineData("model.layers.20000000.attn.weight", "MK3013")]
    [InlineData("model.layers.2147483647.attn.weight", "MK3013")]
    [InlineData("model.layers.99999.attn.weight", "MK3012")]
    public void A_layer_number_out_of_all_proportion_is_an_error(string name, string code)
    {
        folder.Add("base", TinyModel.Llama().Remove("model.layers.").Add(name, 4, 4));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var messages = folder.Diagnose("merge_method: passthrough\nmodels: [{ model: ./base }]");

        Assert.Contains($"error {code}: ", Assert.Single(messages), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaximumAllocation);
    }

    public void Dispose() => folder.Dispose();
}
