namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>Carries out what a pickle may ask for.</summary>
internal static class TorchCalls
{
    /// <summary>Keys are numbers. They are looked up for every tensor, and a pickle can name one that is long as often as it likes.</summary>
    private const int LongestKey = 256;

    /// <summary>The result of a call; null if the function does not take such arguments.</summary>
    public static object? Call(TorchFunction function, PickleTuple arguments) => function switch
    {
        TorchFunction.OrderedDict => arguments.Items is [] ? new PickleDict() : null,
        TorchFunction.Size => arguments.Items is [PickleTuple size] ? size : null,
        TorchFunction.Device => arguments.Items is [string, ..] ? arguments : null,
        TorchFunction.RebuildTensor or TorchFunction.RebuildTensorV2 =>
            arguments.Items is [PickleStorage storage, long offset, PickleTuple size, PickleTuple strides, ..] ? new PickleTensor(storage, storage.Type, offset, size, strides) : null,
        TorchFunction.RebuildTensorV3 =>
            arguments.Items is [PickleStorage storage, long offset, PickleTuple size, PickleTuple strides, _, _, TorchType type, ..] ? new PickleTensor(storage, type, offset, size, strides) : null,
        TorchFunction.RebuildParameter or TorchFunction.RebuildParameterWithState => arguments.Items is [PickleTensor data, ..] ? data : null,
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>The storage that a persistent id means; null if it means none. The last item is about views of storages, which long are no more.</summary>
    public static PickleStorage? Storage(object? persistentId) =>
        persistentId is PickleTuple { Items: ["storage", TorchStorageType storage, string { Length: <= LongestKey } key, string, long count, .. var rest] } && rest is [] or [null]
            ? new PickleStorage(storage.Type, key, count)
            : null;
}
