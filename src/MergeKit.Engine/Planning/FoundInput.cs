using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Planning;

/// <summary>A tensor that a slice's source contributes to an output tensor.</summary>
/// <param name="Source">The source.</param>
/// <param name="Name">The tensor's name in that model, which filters see.</param>
/// <param name="Tensor">The tensor.</param>
internal sealed record FoundInput(SliceSource Source, string Name, TensorSource Tensor)
{
    /// <summary>The dtype in which the model has it, also where <see cref="Tensor"/> was arranged anew in another.</summary>
    public DType DType { get; } = Tensor.NominalDType;

    /// <summary>The input with parameters of its own.</summary>
    public PlannedInput With(ParameterValues parameters) => new(Source.Model, Tensor, parameters);
}
