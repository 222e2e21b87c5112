using MergeKit.Engine.Adapters;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Joins an adapter to its base model: every tensor of the adapter finds the tensor that it changes and fits it, or there is no model. Reads
/// no tensor data.
/// </summary>
internal sealed class AdapterJoin
{
    private readonly StoredAdapter adapter;
    private readonly IModelSource model;
    private readonly ModelReference origin;
    private readonly BaseNames names;
    private readonly TiedEmbedding tied;
    private readonly Dictionary<string, TensorSource> replaced = new(StringComparer.Ordinal);
    private readonly List<(string Name, AdaptedMatrix Matrix)> terms = [];
    private readonly List<(string Name, TensorSource Bias, TensorSource Shift, double Scale)> shifts = [];
    private readonly List<string> unplaced = [];
    private readonly List<string> mismatched = [];

    private AdapterJoin(ModelReference reference, IModelSource model, StoredAdapter adapter)
    {
        (this.model, this.adapter, origin) = (model, adapter, reference with { Adapter = null });
        tied = new TiedEmbedding(model);
        names = new BaseNames(model.Tensors, adapter.Tensors.Modules.Keys.Select(WeightOf).Concat(adapter.Tensors.Replacements.SelectMany(tensor => AdapterTensorName.Replaced(tensor.Name))));
    }

    /// <summary>Makes the model with the adapter.</summary>
    /// <param name="reference">As the recipe has it.</param>
    /// <param name="model">The model.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="dtype">The type to which the whole model is rounded; null for none.</param>
    /// <param name="factors">Keeps factors of the adapters while they are in use.</param>
    /// <exception cref="MergeException">The adapter does not fit the model; says everything that does not fit.</exception>
    public static AdaptedModel Join(ModelReference reference, IModelSource model, StoredAdapter adapter, DType? dtype, FactorCache factors)
    {
        var join = new AdapterJoin(reference, model, adapter);
        join.PlaceReplacements();
        join.PlaceModules(factors);
        join.ThrowIfUnfit();
        var tensors = join.Tensors(dtype);
        return new AdaptedModel(model, adapter, join.tied.Configure(model.Config, tensors), tensors);
    }

    private static string WeightOf(string module) => module + ".weight";

    private void PlaceReplacements()
    {
        foreach (var tensor in adapter.Tensors.Replacements)
        {
            var candidates = AdapterTensorName.Replaced(tensor.Name);
            var name = candidates.Select(names.Find).FirstOrDefault(own => own is not null) ?? candidates.FirstOrDefault(tied.IsMissingHead);
            if (name is null)
            {
                unplaced.AddRange(candidates.Take(1).Select(_ => tensor.Name));
            }
            else if (!replaced.TryAdd(name, tensor))
            {
                throw new MergeException(DiagnosticCode.AdapterIncomplete, null, adapter.WeightsPath, $"'{DisplayText.Of(replaced[name].Name)}' and '{DisplayText.Of(tensor.Name)}' are for the same thing");
            }
            else if (model.Tensors.GetValueOrDefault(name, tied.Embedding!) is var origin && !tied.CanReplace(name, origin, tensor))
            {
                mismatched.Add($"'{DisplayText.Of(tensor.Name)}' is of {tensor.DType.TorchName()} {tensor.Shape}, but '{DisplayText.Of(origin.Name)}' of {origin.DType.TorchName()} {origin.Shape}");
            }
        }
    }

    private void PlaceModules(FactorCache factors)
    {
        var fit = new TermFit(adapter.Config);
        foreach (var (name, roles) in adapter.Tensors.Modules)
        {
            var module = AdapterModule.Of(adapter.WeightsPath, name, roles, adapter.Config.HasMagnitudes);
            var own = names.Find(WeightOf(name)) ?? (tied.IsMissingHead(WeightOf(name)) ? WeightOf(name) : null);
            if (own is null)
            {
                unplaced.Add(module.A.Name);
            }
            else if (fit.TryFit(module, Present(own), out var term, out var problem))
            {
                terms.Add((own, new AdaptedMatrix(Present(own), term, factors)));
            }
            else
            {
                mismatched.Add(problem);
            }

            PlaceBias(module);
        }

        if (fit is { IsContradicted: true, Square: { } square })
        {
            throw new MergeException(
                DiagnosticCode.AdapterNotApplicable, null, adapter.Config.Path, "fan_in_fan_out", adapter.Config.IsFanInFanOut ? "true" : "false",
                $"the shapes of other weights contradict it, so that nothing tells how the square weight of '{DisplayText.Of(square)}' is stored");
        }
    }

    private void PlaceBias(AdapterModule module)
    {
        if (module.BiasOfB is not { } shift)
        {
            return;
        }

        if (names.Find(module.Name + ".bias") is not { } name)
        {
            unplaced.Add(shift.Name);
        }
        else if (Present(name) is var bias && bias.Shape.Equals(shift.Shape) && bias.DType.IsFloat() && shift.DType.IsFloat())
        {
            shifts.Add((name, bias, shift, adapter.Config.ScaleOf(module.Name)));
        }
        else
        {
            mismatched.Add($"'{DisplayText.Of(shift.Name)}' is of {shift.DType.TorchName()} {shift.Shape}, but '{DisplayText.Of(name)}' of {bias.DType.TorchName()} {bias.Shape}");
        }
    }

    /// <summary>A tensor as it is before terms are added.</summary>
    private TensorSource Present(string name) => replaced.GetValueOrDefault(name) ?? model.Tensors.GetValueOrDefault(name) ?? tied.Embedding!;

    private void ThrowIfUnfit()
    {
        var diagnostics = new DiagnosticBag();
        if (unplaced.Count > 0)
        {
            diagnostics.Error(DiagnosticCode.AdapterTensorUnplaced, null, adapter, origin, Some([.. unplaced.Select(name => $"'{DisplayText.Of(name)}'")]));
        }

        if (mismatched.Count > 0)
        {
            diagnostics.Error(DiagnosticCode.AdapterShapeMismatch, null, adapter, origin, Some(mismatched));
        }

        diagnostics.ThrowIfErrors();
        if (tied.IsTorn(replaced, terms.Select(term => term.Name)))
        {
            throw new MergeException(DiagnosticCode.AdapterOfTiedEmbedding, null, adapter, origin, tied.Embedding!.Name);
        }
    }

    private Dictionary<string, TensorSource> Tensors(DType? dtype)
    {
        DType Nominal(string name) => dtype ?? model.Tensors.GetValueOrDefault(name, tied.Embedding!).NominalDType;
        var tensors = new Dictionary<string, TensorSource>(model.Tensors, StringComparer.Ordinal);
        foreach (var (name, tensor) in replaced)
        {
            tensors[name] = new SubstituteTensor(name, Nominal(name), tensor);
        }

        foreach (var (name, tensor) in tensors.Where(pair => dtype is not null && pair.Value.DType.IsFloat() && pair.Value.DType != dtype).ToList())
        {
            tensors[name] = new CastTensor(name, dtype!.Value, tensor);
        }

        foreach (var (name, matrix) in terms)
        {
            tensors[name] = new AdaptedTensor(name, dtype ?? DType.F32, Nominal(name), matrix);
        }

        foreach (var (name, bias, shift, scale) in shifts)
        {
            tensors[name] = new ShiftedTensor(name, dtype ?? DType.F32, Nominal(name), bias, shift, scale);
        }

        return tensors;
    }

    private static string Some(List<string> texts)
    {
        const int Shown = 3;
        var text = string.Join(", ", texts.Take(Shown));
        return texts.Count > Shown ? $"{text} and {texts.Count - Shown} more" : text;
    }
}
