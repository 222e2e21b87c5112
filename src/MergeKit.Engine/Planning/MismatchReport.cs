using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Tensors that some models lack or have in another shape, gathered so that a model with hundreds of them costs one message and not
/// hundreds.
/// </summary>
internal sealed class MismatchReport
{
    private readonly OrderedDictionary<(LoadedModel Model, LoadedModel Other), (SourcePosition Position, List<string> Tensors)> missing = [];
    private readonly OrderedDictionary<(LoadedModel Model, LoadedModel Other), (SourcePosition Position, List<string> Tensors)> mismatched = [];

    /// <summary>A tensor that <paramref name="source"/> lacks and <paramref name="other"/> has.</summary>
    public void Missing(SliceSource source, LoadedModel other, string tensor) => Add(missing, source, other, tensor);

    /// <summary>A tensor whose shapes in two models differ.</summary>
    public void Mismatched(SliceSource source, TensorSource found, LoadedModel other, TensorShape expected) =>
        Add(mismatched, source, other, $"{found.Name} (shape {found.Shape}, expected {expected})");

    /// <summary>Reports everything as errors.</summary>
    public void ReportErrors(DiagnosticBag diagnostics)
    {
        foreach (var ((model, other), (position, tensors)) in missing)
        {
            diagnostics.Error(DiagnosticCode.MissingTensor, position, model, Some(tensors), other, IsPart(model, other) ? $"It seems to be a part of {other}: name that part in 'modules' and give this model there alone" : "Correct the checkpoint");
        }

        foreach (var ((model, other), (position, tensors)) in mismatched)
        {
            diagnostics.Error(DiagnosticCode.ShapeMismatch, position, model, other, Some(tensors));
        }
    }

    /// <summary>Reports everything as warnings about models that were left out.</summary>
    public void ReportWarnings(DiagnosticBag diagnostics)
    {
        foreach (var ((model, _), (position, tensors)) in missing)
        {
            diagnostics.Warning(DiagnosticCode.InputSkipped, position, model, "it lacks", Some(tensors));
        }

        foreach (var ((model, _), (position, tensors)) in mismatched)
        {
            diagnostics.Warning(DiagnosticCode.InputSkipped, position, model, "other shapes for", Some(tensors));
        }
    }

    private static bool IsPart(LoadedModel model, LoadedModel other) => other.Index.Stacks.Any(stack => model.Index.LayerCount(stack.Prefix) is null);

    private static void Add(
        OrderedDictionary<(LoadedModel, LoadedModel), (SourcePosition Position, List<string> Tensors)> lists, SliceSource source, LoadedModel other, string text)
    {
        if (!lists.TryGetValue((source.Model, other), out var entry))
        {
            lists.Add((source.Model, other), entry = (source.Position, []));
        }

        entry.Tensors.Add(text);
    }

    private static string Some(List<string> tensors)
    {
        const int Shown = 3;
        var text = string.Join(", ", tensors.Take(Shown));
        return tensors.Count > Shown ? $"{text} and {tensors.Count - Shown} more" : text;
    }
}
