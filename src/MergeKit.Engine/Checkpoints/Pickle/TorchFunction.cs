namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>What a pickle may call. None of it is Python: each is a few lines of <see cref="TorchCalls"/>.</summary>
internal enum TorchFunction
{
    OrderedDict,
    Size,
    Device,
    RebuildTensor,
    RebuildTensorV2,
    RebuildTensorV3,
    RebuildParameter,
    RebuildParameterWithState,
}
