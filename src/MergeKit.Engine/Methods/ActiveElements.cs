using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>The elements that fine-tuning changed: where |τᵢ| &gt; epsilon.</summary>
/// <param name="Masks">1 where the model's task vector is active.</param>
/// <param name="TaskVectors">The task vectors, zero where they are not active.</param>
internal sealed record ActiveElements(IReadOnlyList<Tensor> Masks, IReadOnlyList<Tensor> TaskVectors)
{
    public static readonly NumberParameter Epsilon = new("epsilon")
    {
        Description = "Change up to which an element counts as unchanged.", Default = 1e-5, Minimum = 0,
    };

    /// <summary>Number of models that changed an element.</summary>
    public Tensor Count { get; } = Tensor.Sum(Masks);

    /// <summary>Sum of all changes of an element.</summary>
    public Tensor Sum { get; } = Tensor.Sum(TaskVectors);

    public static ActiveElements Of(MergeInputs inputs)
    {
        var taskVectors = inputs.Vectors();
        var masks = taskVectors.Select(taskVector => taskVector.Abs().IsAbove(inputs[Epsilon])).ToList();
        return new ActiveElements(masks, [.. taskVectors.Select((taskVector, i) => taskVector.Where(masks[i]))]);
    }
}
