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

    /// <summary>Whether only whole numbers are legal.</summary>
    public bool IsInteger { get; init; }

    public override object DefaultValue => Default;

    public override string Expected
    {
        get
        {
            var kind = IsInteger ? "a whole number" : "a number";
            return (double.IsFinite(Minimum), double.IsFinite(Maximum)) switch
            {
                (true, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} {(AboveMinimum ? "above" : "from")} {Minimum} {(AboveMinimum ? "and at most" : "to")} {Maximum}"),
                (true, false) => string.Create(CultureInfo.InvariantCulture, $"{kind} {(AboveMinimum ? "above" : "of at least")} {Minimum}"),
                (false, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at most {Maximum}"),
                _ => kind,
            };
        }
    }

    /// <summary>Whether a value is legal.</summary>
    public bool Accepts(double value) => value <= Maximum && (!IsInteger || double.IsInteger(value)) && (AboveMinimum ? value > Minimum : value >= Minimum);
}
