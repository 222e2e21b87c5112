using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Recipes;
using MergeKit.Engine.Tokenizers;

namespace MergeKit.Engine.Planning;

/// <summary>Plans single tensors: gathers inputs, settles shapes that do not line up, evaluates parameters, chooses the dtype.</summary>
internal sealed class TensorPlanner(Recipe recipe, MergeMethod method, TokenEmbeddings? embeddings, bool allowCrimes, DiagnosticBag diagnostics)
{
    private static readonly ParameterValues NoParameters = new(new Dictionary<MethodParameter, object>());

    private readonly ParameterLookup lookup = new(method, recipe.MergeMethod.Position, diagnostics);
    private readonly MismatchReport errors = new();
    private readonly MismatchReport skipped = new();

    /// <summary>Plans a tensor; null after an error, which is reported.</summary>
    public PlannedTensor? Plan(OutputName output)
    {
        var inputs = Gather(output);
        if (inputs.Exists(input => !input.Tensor.DType.IsFloat()) || TensorNames.IsBuffer(output.Name))
        {
            return PlanCopy(output, inputs);
        }

        inputs = AlignShapes(output, embeddings?.Align(output, inputs) ?? inputs);
        var foundOrigin = inputs.Find(input => input.Source.IsBase(output.Slice, method));
        var origin = foundOrigin?.With(NoParameters);
        var models = inputs.FindAll(input => !input.Source.IsBase(output.Slice, method));
        if (origin is null && method.UsesTaskVectors && TensorNames.IsOptional(output.Name) && output.Slice.Base is { } missingBase)
        {
            // A bias that the base lacks is zero there, so that the other models' is their change.
            origin = new PlannedInput(missingBase, new ZeroTensor(output.Name, models[0].DType, models[0].Tensor.Shape), NoParameters);
        }

        if (models.Count < method.MinimumModels || (method.BaseRole == BaseRole.Required && origin is null))
        {
            return Tensor(output, null, null, [origin ?? models[0].With(NoParameters)], NoParameters, foundOrigin?.DType ?? models[0].DType);
        }

        var parameters = MethodParameters(output);
        var planned = models.ConvertAll(model => WithParameters(output, model));
        lookup.Check(parameters, planned.ConvertAll(model => model.Parameters), models.ConvertAll(model => model.Source), OuterLevels(output));
        return Tensor(output, method, origin, planned, parameters, foundOrigin?.DType ?? (origin is null ? CommonDType(models) : models[0].DType));
    }

    /// <summary>Reports what was gathered over all tensors.</summary>
    public void Report()
    {
        errors.ReportErrors(diagnostics);
        skipped.ReportWarnings(diagnostics);
    }

    private List<FoundInput> Gather(OutputName output)
    {
        var sources = output.Slice.Sources;
        var found = sources.Select((source, i) => Find(source, output.InputNames[i])).ToArray();
        var first = found.First(input => input is not null)!;
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is null && TiedHead(output, sources[i].Model, first.Tensor) is { } embedding)
            {
                found[i] = new FoundInput(sources[i], output.InputNames[i], embedding);
            }
            else if (found[i] is null && !TensorNames.IsOptional(output.Name) && !TensorNames.IsBuffer(output.Name) && first.Tensor.DType.IsFloat())
            {
                (allowCrimes ? skipped : errors).Missing(sources[i], first.Source.Model, output.InputNames[i]);
            }
        }

        return [.. found.OfType<FoundInput>()];
    }

    private static FoundInput? Find(SliceSource source, string name) =>
        source.Model.Index.Tensors.TryGetValue(name, out var tensor) ? new FoundInput(source, name, tensor) : null;

    /// <summary>A model without an output head uses its input embedding as one.</summary>
    private static TensorSource? TiedHead(OutputName output, LoadedModel model, TensorSource head) =>
        !output.IsInLayer && model.Config.TieWordEmbeddings != false && model.Index.IsOutputHead(output.Name, head.Shape)
            ? model.Index.TokenEmbedding
            : null;

    private List<FoundInput> AlignShapes(OutputName output, List<FoundInput> inputs)
    {
        var reference = inputs.Find(input => input.Source.IsBase(output.Slice, method)) ?? inputs[0];
        bool Fits(FoundInput input) => input.Tensor.Shape.Equals(reference.Tensor.Shape);
        if (inputs.TrueForAll(Fits))
        {
            return inputs;
        }

        var other = inputs.Find(input => !Fits(input))!;
        if (!output.IsInLayer && inputs.TrueForAll(input => HasSameRows(input.Tensor, reference.Tensor) && input.Source.Model.Index.IsPerToken(input.Tensor)))
        {
            var rows = inputs.Min(input => input.Tensor.Shape[0]);
            diagnostics.Warning(DiagnosticCode.VocabularyTruncated, other.Source.Position, output.Name, rows, string.Join(", ", inputs.Select(input => $"{input.Tensor.Shape} in {input.Source.Model}")));
            return inputs.ConvertAll(input => input.Tensor.Shape[0] == rows ? input : input with { Tensor = new LeadingRows(input.Tensor, rows) });
        }

        var report = allowCrimes && method.SkipsMismatchedModels ? skipped : errors;
        foreach (var input in inputs.Where(input => !Fits(input)))
        {
            report.Mismatched(input.Source, input.Tensor, reference.Source.Model, reference.Tensor.Shape);
        }

        return inputs.FindAll(Fits);
    }

    private static bool HasSameRows(TensorSource tensor, TensorSource reference) =>
        tensor.Shape.Rank == reference.Shape.Rank && tensor.Shape.Rank > 0 && tensor.Shape.AsSpan()[1..].SequenceEqual(reference.Shape.AsSpan()[1..]);

    /// <summary>Integers, flags and buffers are never computed with: the base's, or else the first model's, goes into the output.</summary>
    private PlannedTensor? PlanCopy(OutputName output, List<FoundInput> inputs)
    {
        if (inputs.Find(input => input.Tensor.DType.IsFloat() != inputs[0].Tensor.DType.IsFloat()) is { } odd)
        {
            diagnostics.Error(DiagnosticCode.MixedTensorKinds, odd.Source.Position, output.Name, string.Join(", ", inputs.Select(input => $"{input.Tensor.DType.TorchName()} in {input.Source.Model}")));
            return null;
        }

        var ordered = inputs.OrderBy(input => input.Source.Model == output.Slice.Base ? 0 : 1).Select(input => input.With(NoParameters)).ToList();
        return new PlannedTensor { Name = output.Name, Shape = ordered[0].Source.Shape, OutputDType = ordered[0].Source.DType, Models = ordered, Parameters = NoParameters };
    }

    private PlannedTensor Tensor(OutputName output, MergeMethod? how, PlannedInput? origin, List<PlannedInput> models, ParameterValues parameters, DType stored) => new()
    {
        Name = output.Name,
        Shape = models[0].Source.Shape,
        OutputDType = recipe.OutDType?.Value ?? recipe.DType?.Value ?? stored,
        InputDType = recipe.DType?.Value,
        Method = how,
        Base = origin,
        Models = models,
        Parameters = parameters,
    };

    private static DType CommonDType(List<FoundInput> models) =>
        models.TrueForAll(model => model.DType == models[0].DType) ? models[0].DType : DType.F32;

    private PlannedInput WithParameters(OutputName output, FoundInput input) =>
        input.With(lookup.ForModel(input.Name, output.T, input.Source, OuterLevels(output)));

    private ParameterValues MethodParameters(OutputName output) => lookup.ForTensor(output.Name, output.T, OuterLevels(output));

    private IReadOnlyList<ParameterMap> OuterLevels(OutputName output) => [output.Slice.Parameters, output.Module.Parameters, recipe.Parameters];
}
