using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>
/// What the data of an output tensor gives reason to say. Kept with the tensor, so that a merge that uses it again says the same.
/// </summary>
/// <param name="IsFinite">Whether all elements of the output are finite numbers.</param>
/// <param name="NonFiniteInputs">Places, among the tensor's inputs, of those with elements that are not finite.</param>
/// <param name="IntegersDiffer">Whether the models' integers differ.</param>
internal sealed record TensorReport(bool IsFinite, IReadOnlyList<int> NonFiniteInputs, bool IntegersDiffer)
{
    /// <summary>Nothing to say.</summary>
    public static TensorReport Clean { get; } = new(true, [], false);

    /// <summary>Whether a report that was read from a file can be one of this tensor.</summary>
    public bool Fits(PlannedTensor tensor) => NonFiniteInputs.All(place => place >= 0 && place < tensor.Inputs.Count());
}
