using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Tensors that some models lack or have in another shape, gathered so that a model with hundreds of them costs one message and not
/// hundreds.
/// </summary>
internal sealed class MismatchReport
{
    private readonly OrderedDictionary<(LoadedModel Model, LoadedModel Other), List<string>> missing = [];
    private readonly OrderedDictionary<(LoadedModel Model, LoadedModel Other), List<string>> mismatched = [];

    /// <summary>A tensor that <paramref name="model"/> lacks and <paramref name="other"/> has.</summary>
    public void Missing(LoadedModel model, LoadedModel other, string tensor) => Add(missing, model, other, tensor);

    /// <summary>A tensor whose shapes in two models differ.</summary>
    public void Mismatched(PlannedInput input, PlannedInput other) =>
        Add(mismatched, input.Model, other.Model, $"{input.Source.Name} (shape {input.Source.Shape}, expected {other.Source.Shape})");

    /// <summary>Reports everything as errors.</summary>
    public void ReportErrors(DiagnosticBag diagnostics, SourcePosition position)
    {
        foreach (var ((model, other), tensors) in missing)
        {
            diagnostics.Error(DiagnosticCode.MissingTensor, position, model, Some(tensors), other);
        }

        foreach (var ((model, other), tensors) in mismatched)
        {
            diagnostics.Error(DiagnosticCode.ShapeMismatch, position, model, other, Some(tensors));
        }
    }

    /// <summary>Reports everything as warnings about models that were left out.</summary>
    public void ReportWarnings(DiagnosticBag diagnostics, SourcePosition position)
    {
        foreach (var ((model, _), tensors) in missing)
        {
            diagnostics.Warning(DiagnosticCode.InputSkipped, position, model, "it lacks", Some(tensors));
        }

        foreach (var ((model, _), tensors) in mismatched)
        {
            diagnostics.Warning(DiagnosticCode.InputSkipped, position, model, "other shapes for", Some(tensors));
        }
    }

    private static void Add(OrderedDictionary<(LoadedModel, LoadedModel), List<string>> lists, LoadedModel model, LoadedModel other, string text)
    {
        if (!lists.TryGetValue((model, other), out var tensors))
        {
            lists.Add((model, other), tensors = []);
        }

        tensors.Add(text);
    }

    private static string Some(List<string> tensors)
    {
        const int Shown = 3;
        var text = string.Join(", ", tensors.Take(Shown));
        return tensors.Count > Shown ? $"{text} and {tensors.Count - Shown} more" : text;
    }
}
