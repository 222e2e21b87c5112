namespace MergeKit.Engine.Methods;

/// <summary>The evaluated parameters of one tensor, or of one model for one tensor.</summary>
internal sealed class ParameterValues(IReadOnlyDictionary<MethodParameter, object> values)
{
    public double this[NumberParameter parameter] => (double)values.GetValueOrDefault(parameter, parameter.DefaultValue);

    public bool this[FlagParameter parameter] => (bool)values.GetValueOrDefault(parameter, parameter.DefaultValue);

    /// <summary>The values that the recipe gives, by name, in ordinal order.</summary>
    public IEnumerable<(string Name, object Value)> Given =>
        values.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => (pair.Key.Name, pair.Value));
}
