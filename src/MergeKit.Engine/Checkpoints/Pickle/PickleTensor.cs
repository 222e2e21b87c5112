namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>A tensor as a pickle describes it: nothing is checked yet.</summary>
/// <param name="Storage">Where the elements are.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Offset">Elements before the first.</param>
/// <param name="Size">Dimensions.</param>
/// <param name="Strides">Elements from one index to the next, per dimension.</param>
internal sealed record PickleTensor(PickleStorage Storage, TorchType Type, long Offset, PickleTuple Size, PickleTuple Strides);
