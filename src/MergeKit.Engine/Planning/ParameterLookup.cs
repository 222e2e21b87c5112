using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>Evaluates a method's parameters for tensors: the first level that has a value wins.</summary>
/// <param name="method">The method.</param>
/// <param name="methodPosition">Where the recipe names it: the place to blame for a missing parameter of the whole merge.</param>
/// <param name="diagnostics">Receives missing and illegal values, each once.</param>
internal sealed class ParameterLookup(MergeMethod method, SourcePosition methodPosition, DiagnosticBag diagnostics)
{
    private readonly HashSet<(SourcePosition, MethodParameter)> reported = [];

    /// <summary>The parameters that hold for a whole output tensor.</summary>
    /// <param name="outputName">The name that filters see.</param>
    /// <param name="t">Position in the slice, from 0 to 1.</param>
    /// <param name="levels">From the innermost to the outermost.</param>
    public ParameterValues ForTensor(string outputName, double t, IReadOnlyList<ParameterMap> levels) =>
        Evaluate(isPerModel: false, outputName, t, levels, methodPosition, model: null);

    /// <summary>The parameters of one model for a tensor.</summary>
    /// <param name="inputName">The tensor's name in that model: the name that filters see.</param>
    /// <param name="t">Position in the slice, from 0 to 1.</param>
    /// <param name="source">The model's entry in the recipe, whose own parameters are the innermost level.</param>
    /// <param name="levels">The other levels, from the innermost to the outermost.</param>
    public ParameterValues ForModel(string inputName, double t, SliceSource source, IReadOnlyList<ParameterMap> levels)
    {
        IReadOnlyList<ParameterMap> all = [source.Parameters, .. levels];
        var values = Evaluate(isPerModel: true, inputName, t, all, source.Position, source.Model);
        if (method.FindConflict(values) is { } conflict && reported.Add((source.Position, conflict.Blame)))
        {
            diagnostics.Error(DiagnosticCode.ParametersConflict, PlaceToMend(conflict.Blame.Name, all) ?? source.Position, method.Name, conflict.Problem, $"model {source.Model}");
        }

        return values;
    }

    /// <summary>Checks the parameters of all models of a tensor against each other.</summary>
    /// <param name="tensor">The parameters of the whole tensor.</param>
    /// <param name="models">The parameters of its models.</param>
    /// <param name="sources">The models' entries in the recipe.</param>
    /// <param name="levels">The levels beyond those.</param>
    public void Check(ParameterValues tensor, IReadOnlyList<ParameterValues> models, IReadOnlyList<SliceSource> sources, IReadOnlyList<ParameterMap> levels)
    {
        if (method.FindConflict(tensor, models) is { } conflict && reported.Add((methodPosition, conflict.Blame)))
        {
            var place = PlaceToMend(conflict.Blame.Name, [.. sources.Select(source => source.Parameters), .. levels]);
            diagnostics.Error(DiagnosticCode.ParametersConflict, place ?? methodPosition, method.Name, conflict.Problem, $"models {string.Join(", ", sources.Select(source => source.Model))}");
        }
    }

    private ParameterValues Evaluate(bool isPerModel, string name, double t, IReadOnlyList<ParameterMap> levels, SourcePosition position, LoadedModel? model)
    {
        var values = new Dictionary<MethodParameter, object>();
        foreach (var parameter in method.Parameters.Where(parameter => parameter.PerModel == isPerModel))
        {
            if (Find(parameter.Name, name, t, levels) is { } value)
            {
                values[parameter] = Convert(parameter, value);
            }
            else if (parameter.Required && reported.Add((position, parameter)))
            {
                diagnostics.Error(DiagnosticCode.MissingParameter, PlaceToMend(parameter.Name, levels) ?? position, parameter.Name, method.Name, name, model is null ? "" : $" for {model}");
            }
        }

        return new ParameterValues(values);
    }

    private static SettingValue? Find(string parameter, string tensorName, double t, IReadOnlyList<ParameterMap> levels)
    {
        foreach (var level in levels)
        {
            if (level.TryGet(parameter, out var setting) && setting.Evaluate(tensorName, t) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The innermost setting of the parameter: its filters leave out the tensor.</summary>
    private static SourcePosition? PlaceToMend(string parameter, IReadOnlyList<ParameterMap> levels) =>
        levels.SelectMany(level => level.All).FirstOrDefault(given => given.Name.Value == parameter)?.Name.Position;

    private object Convert(MethodParameter parameter, SettingValue value)
    {
        switch (parameter)
        {
            case NumberParameter number when value.TryGetNumber(out var result) && number.Accepts(result):
                return result;
            case FlagParameter when value.TryGetBool(out var result):
                return result;
            default:
                if (reported.Add((value.Position, parameter)))
                {
                    diagnostics.Error(DiagnosticCode.InvalidParameter, value.Position, parameter.Name, method.Name, parameter.Expected, value);
                }

                return parameter.DefaultValue;
        }
    }
}
