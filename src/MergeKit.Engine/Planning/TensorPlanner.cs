using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>Plans single tensors: gathers inputs, settles shapes that do not line up, evaluates parameters, chooses the dtype.</summary>
internal sealed class TensorPlanner(Recipe recipe, MergeMethod method, bool allowCrimes, DiagnosticBag diagnostics)
{
    private static readonly ParameterValues NoParameters = new(new Dictionary<MethodParameter, object>());

    private readonly ParameterLookup lookup = new(method, recipe.MergeMethod.Position, diagnostics);
    private readonly MismatchReport errors = new();
    private readonly MismatchReport skipped = new();

    /// <summary>Plans a tensor; null after an error, which is reported.</summary>
    public PlannedTensor? Plan(OutputName output)
    {
        var inputs = Gather(output);
        if (inputs.Exists(input => !input.Found.DType.IsFloat()) || TensorNames.IsBuffer(output.Name))
        {
            return PlanCopy(output, inputs);
        }

        inputs = AlignShapes(output, inputs);
        var planned = inputs.ConvertAll(input => (input.Source, Input: new PlannedInput(input.Source.Model, input.Found, NoParameters)));
        var origin = planned.Find(input => input.Source.IsBase(output.Slice, method)).Input;
        var models = planned.Where(input => !input.Source.IsBase(output.Slice, method)).ToList();
        if (origin is null && method.BaseRole == BaseRole.Required && output.Slice.Base is { } missingBase && models.Count > 0)
        {
            origin = StandIn(output, missingBase, models[0].Input);
        }

        var needsBase = method.BaseRole == BaseRole.Required && origin is null;
        if (models.Count < method.MinimumModels || needsBase)
        {
            return Tensor(output, null, null, [origin ?? models[0].Input], NoParameters, origin);
        }

        return Tensor(output, method, origin, [.. models.Select(model => WithParameters(output, model.Source, model.Input))], MethodParameters(output), origin);
    }

    /// <summary>Reports what was gathered over all tensors.</summary>
    public void Report()
    {
        errors.ReportErrors(diagnostics);
        skipped.ReportWarnings(diagnostics);
    }

    private List<(SliceSource Source, TensorSource Found)> Gather(OutputName output)
    {
        var found = new List<(SliceSource Source, TensorSource Found)>();
        var missing = new List<SliceSource>();
        for (var i = 0; i < output.Slice.Sources.Count; i++)
        {
            var source = output.Slice.Sources[i];
            if (source.Model.Index.Tensors.TryGetValue(output.InputNames[i], out var tensor))
            {
                found.Add((source, tensor));
            }
            else
            {
                missing.Add(source);
            }
        }

        foreach (var source in missing)
        {
            if (TiedHead(output, source.Model, found[0].Found) is { } embedding)
            {
                found.Add((source, embedding));
            }
            else if (!TensorNames.IsOptional(output.Name) && !TensorNames.IsBuffer(output.Name) && found[0].Found.DType.IsFloat())
            {
                (allowCrimes ? skipped : errors).Missing(source, found[0].Source.Model, output.InputNames[output.Slice.Sources.ToList().IndexOf(source)]);
            }
        }

        return [.. found.OrderBy(input => output.Slice.Sources.ToList().IndexOf(input.Source))];
    }

    /// <summary>A model without an output head uses its input embedding as one.</summary>
    private static TensorSource? TiedHead(OutputName output, LoadedModel model, TensorSource head) =>
        !output.IsInLayer && model.Folder.Config.TieWordEmbeddings != false && model.Index.IsOutputHead(output.Name, head.Shape)
            ? model.Index.TokenEmbedding
            : null;

    private List<(SliceSource Source, TensorSource Found)> AlignShapes(OutputName output, List<(SliceSource Source, TensorSource Found)> inputs)
    {
        var reference = inputs.Find(input => input.Source.IsBase(output.Slice, method)) is { Found: not null } origin ? origin : inputs[0];
        var others = inputs.FindAll(input => !input.Found.Shape.Equals(reference.Found.Shape));
        if (others.Count == 0)
        {
            return inputs;
        }

        if (inputs.TrueForAll(input => HasSameRows(input.Found, reference.Found) && input.Source.Model.Index.IsPerToken(input.Found)))
        {
            var rows = inputs.Min(input => input.Found.Shape[0]);
            diagnostics.Warning(DiagnosticCode.VocabularyTruncated, others[0].Source.Position, output.Name, rows, string.Join(", ", inputs.Select(input => $"{input.Found.Shape} in {input.Source.Model}")));
            return inputs.ConvertAll(input => (input.Source, input.Found.Shape[0] == rows ? input.Found : new LeadingRows(input.Found, rows)));
        }

        var report = allowCrimes && method.SkipsMismatchedModels ? skipped : errors;
        foreach (var (source, found) in others)
        {
            report.Mismatched(source, found, reference.Source.Model, reference.Found.Shape);
        }

        return [.. inputs.Except(others)];
    }

    private static bool HasSameRows(TensorSource tensor, TensorSource reference) =>
        tensor.Shape.Rank == reference.Shape.Rank && tensor.Shape.Rank > 0 && tensor.Shape.AsSpan()[1..].SequenceEqual(reference.Shape.AsSpan()[1..]);

    /// <summary>A bias that the base lacks is zero there; any other tensor comes to this point only under AllowCrimes and has no base.</summary>
    private static PlannedInput? StandIn(OutputName output, LoadedModel model, PlannedInput like) =>
        TensorNames.IsOptional(output.Name)
            ? new PlannedInput(model, new ZeroTensor(output.Name, like.Source.DType, like.Source.Shape), NoParameters)
            : null;

    /// <summary>Integers, flags and buffers are never computed with: the base's, or else the first model's, goes into the output.</summary>
    private PlannedTensor? PlanCopy(OutputName output, List<(SliceSource Source, TensorSource Found)> inputs)
    {
        if (inputs.Find(input => input.Found.DType.IsFloat() != inputs[0].Found.DType.IsFloat()) is { Found: not null } odd)
        {
            diagnostics.Error(DiagnosticCode.MixedTensorKinds, odd.Source.Position, output.Name, string.Join(", ", inputs.Select(input => $"{input.Found.DType.TorchName()} in {input.Source.Model}")));
            return null;
        }

        var ordered = inputs.OrderBy(input => input.Source.Model == output.Slice.Base ? 0 : 1).Select(input => new PlannedInput(input.Source.Model, input.Found, NoParameters)).ToList();
        return new PlannedTensor { Name = output.Name, Shape = ordered[0].Source.Shape, OutputDType = ordered[0].Source.DType, Models = ordered, Parameters = NoParameters };
    }

    private PlannedTensor Tensor(OutputName output, MergeMethod? how, PlannedInput? origin, IReadOnlyList<PlannedInput> models, ParameterValues parameters, PlannedInput? dtypeFrom) => new()
    {
        Name = output.Name,
        Shape = models[0].Source.Shape,
        OutputDType = recipe.OutDType?.Value ?? recipe.DType?.Value ?? dtypeFrom?.Source.DType ?? CommonDType(models),
        InputDType = recipe.DType?.Value,
        Method = how,
        Base = origin,
        Models = models,
        Parameters = parameters,
    };

    private static DType CommonDType(IReadOnlyList<PlannedInput> models) =>
        models.All(model => model.Source.DType == models[0].Source.DType) ? models[0].Source.DType : DType.F32;

    private PlannedInput WithParameters(OutputName output, SliceSource source, PlannedInput input)
    {
        var name = output.InputNames[output.Slice.Sources.ToList().IndexOf(source)];
        return input with { Parameters = lookup.ForModel(name, output.T, source, OuterLevels(output)) };
    }

    private ParameterValues MethodParameters(OutputName output) => lookup.ForTensor(output.Name, output.T, OuterLevels(output));

    private IReadOnlyList<ParameterMap> OuterLevels(OutputName output) => [output.Slice.Parameters, output.Module.Parameters, recipe.Parameters];
}
