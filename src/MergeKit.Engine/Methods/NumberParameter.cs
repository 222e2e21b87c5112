using System.Globalization;

namespace MergeKit.Engine.Methods;

/// <summary>A parameter that is a number.</summary>
internal sealed class NumberParameter(string name) : MethodParameter(name)
{
    /// <summary>The value when a recipe gives none.</summary>
    public double Default { get; init; }

    /// <summary>Smallest legal value.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Whether <see cref="Minimum"/> itself is illegal.</summary>
    public bool AboveMinimum { get; init; }

    /// <summary>Largest legal value.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    public override object DefaultValue => Default;

    public override string Expected => (double.IsFinite(Minimum), double.IsFinite(Maximum)) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $"a number {(AboveMinimum ? "above" : "from")} {Minimum} {(AboveMinimum ? "and at most" : "to")} {Maximum}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"a number {(AboveMinimum ? "above" : "of at least")} {Minimum}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $"a number of at most {Maximum}"),
        _ => "a number",
    };

    /// <summary>Whether a value is legal.</summary>
    public bool Accepts(double value) => value <= Maximum && (AboveMinimum ? value > Minimum : value >= Minimum);
}
