using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>One model's part in an output tensor.</summary>
/// <param name="Tensor">The model's tensor.</param>
/// <param name="Parameters">The model's own parameters for it.</param>
/// <param name="RandomKey">Key of the random numbers of this model for this tensor.</param>
internal sealed record MergeInput(InputTensor Tensor, ParameterValues Parameters, ulong RandomKey)
{
    public double this[NumberParameter parameter] => Parameters[parameter];
}
