using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Methods;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>Merges of generated models by every method, on the processor and by libtorch; made once per run of the tests.</summary>
internal static class LibtorchMethods
{
    /// <summary>The recipes of methods that take NaN and infinities.</summary>
    public static IReadOnlyList<string> Tolerating { get; } = [.. MergedMethods.Names.Except(MergedMethods.Spectral)];

    private static readonly Lazy<MergeWorkspace> Models = new(() => Write(withNonFinite: false));
    private static readonly Lazy<MergeWorkspace> NonFiniteModels = new(() => Write(withNonFinite: true));
    private static readonly Lazy<MergedMethods> OfProcessor = new(() => Merge(Models, MergedMethods.Names, request => request));
    private static readonly Lazy<MergedMethods> OfLibtorch = new(() => Merge(Models, MergedMethods.Names, LibtorchHost.ByLibtorch));
    private static readonly Lazy<MergedMethods> OfLibtorchAgain = new(() => Merge(Models, MergedMethods.Names, LibtorchHost.ByLibtorch));
    private static readonly Lazy<MergedMethods> OfLibtorchInBlocks = new(() => Merge(Models, MergedMethods.Names, request => request.ByLibtorch() with { MemoryLimit = 1 }));
    private static readonly Lazy<MergedMethods> NonFiniteOfProcessor = new(() => Merge(NonFiniteModels, Tolerating, Tolerant));
    private static readonly Lazy<MergedMethods> NonFiniteOfLibtorch = new(() => Merge(NonFiniteModels, Tolerating, request => Tolerant(request).ByLibtorch()));

    public static MergedMethods Processor => OfProcessor.Value;

    public static MergedMethods Libtorch => OfLibtorch.Value;

    public static MergedMethods LibtorchAgain => OfLibtorchAgain.Value;

    /// <summary>With so little memory that blocks are as short as they can be.</summary>
    public static MergedMethods LibtorchInBlocks => OfLibtorchInBlocks.Value;

    /// <summary>Of models with NaN and infinities.</summary>
    public static MergedMethods ProcessorNonFinite => NonFiniteOfProcessor.Value;

    /// <summary>Of models with NaN and infinities.</summary>
    public static MergedMethods LibtorchNonFinite => NonFiniteOfLibtorch.Value;

    /// <summary>What differs in a recipe's model of the finite ones.</summary>
    public static DeviceDifference Difference(string name) => DeviceDifference.Of(Processor[name], Libtorch[name]);

    /// <summary>The error of a merge of models with NaN and infinities. Which tensor it is about, the order of the work decides.</summary>
    public static DiagnosticCode ErrorOf(string name, Func<MergeRequest, MergeRequest> change) =>
        Assert.Single(Assert.Throws<MergeException>(() => MergedMethods.Of(NonFiniteModels.Value, [name], change).Dispose()).Diagnostics).Code;

    private static MergedMethods Merge(Lazy<MergeWorkspace> models, IReadOnlyList<string> names, Func<MergeRequest, MergeRequest> change)
    {
        var merged = MergedMethods.Of(models.Value, names, change);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => merged.Dispose();
        return merged;
    }

    private static MergeRequest Tolerant(MergeRequest request) => request with { NonFiniteOutputs = NonFinitePolicy.Warning };

    private static MergeWorkspace Write(bool withNonFinite)
    {
        var workspace = new MergeWorkspace();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => workspace.Dispose();
        foreach (var (name, seed, mixed) in new[] { ("base", 1, DType.F32), ("a", 2, DType.BF16), ("b", 3, DType.F16) })
        {
            workspace.Model(name, withNonFinite ? NonFinite(name, seed) : Special(DeterminismTests.Weights(seed, withLargeTensor: false, mixed), seed));
        }

        return workspace;
    }

    /// <summary>Adds what decisions are close in: few magnitudes, zeros, models that agree, and a tensor of many blocks.</summary>
    private static SafetensorsBuilder Special(SafetensorsBuilder weights, int seed)
    {
        const int Rows = 13;
        const int Columns = 1201;
        var noise = Noise.Normal(100 + seed, Rows * Columns, 0.5);
        return weights
            .Add("ties.weight", DType.F32, [Rows, Columns], Array.ConvertAll(noise, value => MathF.Round(value * 8) / 8))
            .Add("zeros.weight", DType.BF16, [Rows, Columns], Array.ConvertAll(noise, value => Math.Max(0, value)))
            .Add("nothing.weight", DType.F32, [Rows, Columns], new float[Rows * Columns])
            .Add("agreed.weight", DType.F16, [Rows, Columns], Noise.Normal(7, Rows * Columns))
            .Add("blocks-of-rows.weight", DType.BF16, [301, 401], Noise.Near(seed, Noise.Normal(8, 301 * 401)));
    }

    private static SafetensorsBuilder NonFinite(string name, int seed)
    {
        const int Rows = 9;
        const int Columns = 641;
        var weights = new SafetensorsBuilder();
        foreach (var (dtype, special) in new[] { (DType.F32, float.NaN), (DType.BF16, float.PositiveInfinity), (DType.F16, float.NegativeInfinity), (DType.F8E4M3, float.NaN), (DType.F8E5M2, float.PositiveInfinity) })
        {
            var values = Noise.Normal(seed, Rows * Columns, 0.5);
            if (name != "base")
            {
                values[seed * 1000] = special;
                values[4321] = special;
            }

            weights.Add($"{dtype}.weight".ToLowerInvariant(), dtype, [Rows, Columns], values);
        }

        // Finite inputs, of which some sums and all squares are not.
        return weights.Add("large.weight", DType.F32, [Rows, Columns], Array.ConvertAll(Noise.Normal(seed, Rows * Columns, 0.1), value => value * 1e38f * 10));
    }
}
