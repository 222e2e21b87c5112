namespace MergeKit.Engine.Methods;

/// <summary>Parameters that methods of different families share.</summary>
internal static class CommonParameters
{
    public static readonly FlagParameter Int8Mask = new("int8_mask")
    {
        Description = "Accepted for mergekit's recipes; masks take no memory here.",
    };

    /// <summary>A conflict where weights that are to be divided by their sum cancel out but for rounding.</summary>
    public static ParameterConflict? CancelledWeights(NumberParameter weight, IReadOnlyList<ParameterValues> models)
    {
        const double SmallestRatio = 1e-9;
        var sum = models.Sum(model => model[weight]);
        return Math.Abs(sum) <= SmallestRatio * models.Sum(model => Math.Abs(model[weight]))
            ? new ParameterConflict(weight, "the weights add up to zero, but are to be divided by their sum")
            : null;
    }
}
