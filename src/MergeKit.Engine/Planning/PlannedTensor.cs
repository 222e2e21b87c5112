using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Planning;

/// <summary>An output tensor: what it is made of and how.</summary>
internal sealed record PlannedTensor
{
    public required string Name { get; init; }

    public required TensorShape Shape { get; init; }

    /// <summary>The dtype that is written.</summary>
    public required DType OutputDType { get; init; }

    /// <summary>The dtype to which inputs are rounded on load; null to take them as they are.</summary>
    public DType? InputDType { get; init; }

    /// <summary>The method that merges it; null to copy <see cref="Models"/>'s first.</summary>
    public MergeMethod? Method { get; init; }

    /// <summary>The base, where the method gives it a role.</summary>
    public PlannedInput? Base { get; init; }

    /// <summary>The other inputs, in recipe order.</summary>
    public required IReadOnlyList<PlannedInput> Models { get; init; }

    /// <summary>The parameters that hold for the whole tensor.</summary>
    public required ParameterValues Parameters { get; init; }

    /// <summary>Base (if any) and models.</summary>
    public IEnumerable<PlannedInput> Inputs => Base is null ? Models : Models.Prepend(Base);

    /// <summary>Size in the output.</summary>
    public long ByteLength => Shape.ElementCount * OutputDType.Size();
}
