using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Planning;

/// <summary>Enumerates the output's tensors: for every module its restacked layers, and the tensors around them.</summary>
internal sealed class OutputNames(IReadOnlyList<Module> modules, TensorIndex primary, DiagnosticBag diagnostics)
{
    private readonly ModuleMap map = new(modules);

    /// <summary>Where each output layer comes from, by stack prefix: the first source's model and layer.</summary>
    public Dictionary<string, List<(LoadedModel Model, int Layer)>> Layers { get; } = new(StringComparer.Ordinal);

    /// <summary>Lists all output tensors; reports layer ranges and modules that do not fit the models.</summary>
    public IReadOnlyList<OutputName> List()
    {
        map.Check(primary.Tensors.Keys, AllTensors(), diagnostics);
        return [.. modules.SelectMany(ListModule)];
    }

    private IEnumerable<string> AllTensors() =>
        modules.SelectMany(module => module.Slices).SelectMany(slice => slice.Sources).SelectMany(source => source.Model.Index.Tensors.Keys).Distinct(StringComparer.Ordinal);

    private IEnumerable<OutputName> ListModule(Module module)
    {
        var stacks = primary.Stacks.Where(stack => primary.Tensors.Keys.Any(name => primary.StackOf(name) == stack && map.Contains(module, name))).ToList();
        if (module.Slices.SelectMany(slice => slice.Sources).FirstOrDefault(source => source.Range is not null) is { Range: { } range } && stacks.Count != 1)
        {
            if (stacks.Count == 0)
            {
                diagnostics.Error(DiagnosticCode.NoLayerStack, range.Position, module.Name is { } name ? $"module '{name.Value}'" : $"model {module.Slices[0].Sources[0].Model}");
            }
            else
            {
                diagnostics.Error(DiagnosticCode.SeveralLayerStacks, range.Position, string.Join(", ", stacks.Select(stack => $"{stack.Prefix}N")));
            }

            return [];
        }

        return [.. Outside(module, module.Slices[0], before: true), .. stacks.SelectMany(stack => ListStack(module, stack)), .. Outside(module, module.Slices[^1], before: false)];
    }

    private IEnumerable<OutputName> Outside(Module module, Slice slice, bool before) =>
        from name in slice.Sources.SelectMany(source => source.Model.Index.Tensors.Keys).Distinct(StringComparer.Ordinal)
        where primary.StackOf(name) is null && TensorNames.IsBeforeLayers(name) == before && map.Contains(module, name)
        select new OutputName(name, 0, module, slice, [.. slice.Sources.Select(_ => name)], IsInLayer: false);

    private List<OutputName> ListStack(Module module, LayerStack stack)
    {
        var names = new List<OutputName>();
        var layers = Layers[stack.Prefix] = [];
        foreach (var slice in module.Slices)
        {
            var starts = slice.Sources.Select(source => source.Range?.Value.Start ?? 0).ToArray();
            var length = LengthOf(slice, stack);
            for (var i = 0; i < length; i++)
            {
                if (!AddLayer(names, module, slice, stack, [.. starts.Select(start => start + i)], layers.Count, length == 1 ? 1 : (double)i / (length - 1)))
                {
                    return names;
                }

                layers.Add((slice.Sources[0].Model, starts[0] + i));
            }
        }

        return names;
    }

    private int LengthOf(Slice slice, LayerStack stack)
    {
        SliceSource? first = null;
        var length = 0;
        foreach (var source in slice.Sources)
        {
            if (source.Model.Index.LayerCount(stack.Prefix) is not { } available)
            {
                // What is a part of the others takes no part in their other layers; the tensors that it lacks are reported as such.
                if (source.Range is not null || source.Model.Index.UnmatchedStacks.Count > 0)
                {
                    ReportNoLayers(source, stack);
                    return 0;
                }

                continue;
            }

            var wanted = source.Range?.Value.Count ?? available;
            if (source.Range is { } range && range.Value.End > available && range.Value.Count > 0)
            {
                diagnostics.Error(DiagnosticCode.LayerRangeOutOfBounds, range.Position, range.Value, source.Model, available);
                return 0;
            }

            if (first is not null && wanted != length && source.Range is null)
            {
                diagnostics.Error(DiagnosticCode.LayerCountsDiffer, source.Position, first.Model, length, source.Model, wanted);
                return 0;
            }

            length = first is null ? wanted : Math.Min(length, wanted);
            first ??= source;
        }

        if (first is null)
        {
            ReportNoLayers(slice.Sources[0], stack);
        }

        return length;
    }

    private void ReportNoLayers(SliceSource source, LayerStack stack)
    {
        var present = source.Model.Index.OwnStacks;
        diagnostics.Error(
            DiagnosticCode.LayersNotMatched,
            source.Range?.Position ?? source.Position,
            source.Model,
            $"{stack.Prefix}N",
            present.Count > 0 ? string.Join(", ", present.Select(prefix => $"{DisplayText.Of(prefix)}N")) : "none");
    }

    /// <summary>Adds the tensors of a layer; false after an error.</summary>
    private bool AddLayer(List<OutputName> names, Module module, Slice slice, LayerStack stack, int[] inputLayers, int outputLayer, double t)
    {
        var rests = slice.Sources.SelectMany((source, i) => source.Model.Index.LayerTensors(stack.Prefix, inputLayers[i])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (rests.Count == 0)
        {
            diagnostics.Error(DiagnosticCode.LayerEmpty, slice.Sources[0].Position, LayerName.Format(stack.Prefix, inputLayers[0], ""), slice.Sources[0].Model);
            return false;
        }

        names.AddRange(rests.Select(rest => new OutputName(
            LayerName.Format(stack.Prefix, outputLayer, rest), t, module, slice, [.. inputLayers.Select(layer => LayerName.Format(stack.Prefix, layer, rest))], IsInLayer: true)));
        return true;
    }
}
