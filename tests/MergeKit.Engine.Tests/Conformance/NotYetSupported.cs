using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>What a case needs that is not part of the product yet, with the diagnostic that says so.</summary>
/// <param name="Feature">What it needs.</param>
/// <param name="Code">The diagnostic.</param>
internal sealed record NotYetSupported(string Feature, DiagnosticCode Code)
{
    private static readonly (Predicate<ConformanceCase> Needs, NotYetSupported Missing)[] All =
    [
        (c => c.Name is "linear-pickle-input" or "linear-pickle-lazy", new("pickle files", DiagnosticCode.WeightsArePickle)),
        (c => c.Name.StartsWith("lora-", StringComparison.Ordinal), new("LoRA adapters", DiagnosticCode.AdapterNotSupported)),
        (c => !c.ExpectsError && c.Tool == "mergekit-yaml" && !MergeMethod.All.ContainsKey(c.Method), new("its method", DiagnosticCode.UnknownMethod)),
    ];

    /// <summary>What the case needs; null if it needs nothing more.</summary>
    public static NotYetSupported? For(ConformanceCase c) => All.FirstOrDefault(entry => entry.Needs(c)).Missing;
}
