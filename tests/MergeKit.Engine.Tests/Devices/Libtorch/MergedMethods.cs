using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.Methods;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>Merges by every method, the stages of one recipe, so that one process makes them.</summary>
internal sealed class MergedMethods : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MergeRequest request;
    private readonly IReadOnlyList<string> names;

    private MergedMethods(MergeRequest request, IReadOnlyList<string> names)
    {
        this.names = names;
        this.request = request with { OutputDirectory = folder["out"], StateDirectory = folder["state"] };
        Warnings = MergeWorkspace.Merge(this.request).Warnings;
    }

    /// <summary>The recipes, by names for people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. DeterminismTests.Recipes.Keys];

    /// <summary>The recipes of methods that decompose matrices, which cannot hold NaN or infinities.</summary>
    public static IReadOnlyList<string> Spectral { get; } = ["tsv", "iso_c", "iso_cts"];

    public IReadOnlyList<Diagnostic> Warnings { get; }

    /// <summary>Merges the models <c>base</c>, <c>a</c> and <c>b</c> of a workspace.</summary>
    /// <param name="workspace">Where they are.</param>
    /// <param name="names">By which recipes.</param>
    /// <param name="change">How the merge is made.</param>
    public static MergedMethods Of(MergeWorkspace workspace, IReadOnlyList<string> names, Func<MergeRequest, MergeRequest> change)
    {
        var stages = names.Select((name, i) => $"name: {Stage(i)}\n{DeterminismTests.Recipes[name]}\n---\n");
        var all = $"merge_method: linear\nmodels: [{string.Join(", ", names.Select((_, i) => $"{{ model: {Stage(i)}, parameters: {{ weight: 1 }} }}"))}]\n";
        return new MergedMethods(change(workspace.Request(string.Concat(stages) + all)), names);
    }

    /// <summary>The folder of a recipe's model.</summary>
    public string this[string name] => Path.Combine(request.StateDirectory, "stages", Stage(names.Index().First(of => of.Item == name).Index), "model");

    public void Dispose() => folder.Dispose();

    private static string Stage(int number) => $"stage{number}";
}
