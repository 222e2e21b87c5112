using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>Makes tensors that can be read of those that a pickle describes.</summary>
internal sealed class TorchTensors
{
    private const int MaximumRank = 64;

    /// <summary>
    /// Tensors may share bytes, or repeat them without end (a stride of 0). No honest file holds many times what it stores; the allowance
    /// is for small ones.
    /// </summary>
    private const int LargestExpansion = 8;
    private const long SmallExpansion = 16 << 20;

    private readonly CheckpointFile file;
    private readonly IReadOnlyDictionary<string, StoragePlace> storages;
    private long total;

    private TorchTensors(CheckpointFile file, IReadOnlyDictionary<string, StoragePlace> storages) => (this.file, this.storages) = (file, storages);

    /// <summary>Checks every tensor against its storage.</summary>
    /// <returns>The tensors in the order of their data.</returns>
    /// <exception cref="MergeException">A tensor has an unknown dtype, or needs bytes that its storage does not have.</exception>
    public static IReadOnlyList<StoredTensor> Make(CheckpointFile file, TorchContent content)
    {
        var maker = new TorchTensors(file, content.Storages);
        return
        [
            .. StateDict.Read(file.Path, content.Root).Select(named => maker.Make(named.Name, named.Tensor))
                .OrderBy(tensor => tensor.FileOffset).ThenBy(tensor => tensor.Name, StringComparer.Ordinal),
        ];
    }

    private StoredTensor Make(string name, PickleTensor tensor)
    {
        var place = Place(tensor.Storage);
        var dtype = tensor.Type.DType
            ?? throw new MergeException(
                DiagnosticCode.DTypeUnsupported, null, file.Path, DisplayText.Of(name), tensor.Type.Name, string.Join(", ", Enum.GetValues<DType>().Select(DTypes.TorchName)));
        var layout = Layout(name, tensor);
        try
        {
            var shape = new TensorShape([.. layout.Dimensions]);
            var capacity = place.Length / dtype.Size();
            if (tensor.Offset < 0 || (shape.ElementCount > 0 && (tensor.Offset >= capacity || layout.Reach >= capacity - tensor.Offset)))
            {
                throw Invalid(name, $"{Shown(tensor)} needs elements beyond the {capacity} of its storage");
            }

            total = checked(total + shape.ElementCount * dtype.Size());
            if (total > SmallExpansion && total / LargestExpansion > file.Length)
            {
                throw Invalid(name, $"with it, tensors have {total} bytes, more than {LargestExpansion} times the file");
            }

            var offset = place.Offset + (shape.ElementCount > 0 ? tensor.Offset * dtype.Size() : 0);
            return layout.IsContiguous ? new StoredTensor(name, dtype, shape, file, offset) : new StridedTensor(name, dtype, shape, file, offset, layout.Simplified());
        }
        catch (OverflowException)
        {
            throw Invalid(name, $"{Shown(tensor)} is larger than any file");
        }
    }

    private StoragePlace Place(PickleStorage storage)
    {
        if (!storages.TryGetValue(storage.Key, out var place))
        {
            throw StoragePlace.Invalid(file, storage.Key, "the file does not hold it");
        }

        if (storage.Type.DType is { } dtype && storage.Count != place.Length / dtype.Size())
        {
            throw StoragePlace.Invalid(file, storage.Key, $"expected {storage.Count} elements of {dtype.TorchName()}, found {place.Length} bytes");
        }

        return place;
    }

    private TensorLayout Layout(string name, PickleTensor tensor)
    {
        var (size, strides) = (tensor.Size.Items, tensor.Strides.Items);
        return size.Length == strides.Length && size.Length <= MaximumRank && size.Concat(strides).All(number => number is long and >= 0)
            ? new TensorLayout([.. size.Cast<long>()], [.. strides.Cast<long>()])
            : throw Invalid(name, $"{Shown(tensor)} is not as many dimensions as strides, none negative and at most {MaximumRank}");
    }

    private static string Shown(PickleTensor tensor) => $"shape {Shown(tensor.Size)} with strides {Shown(tensor.Strides)} at {tensor.Offset}";

    private static string Shown(PickleTuple tuple) => DisplayText.Of($"[{string.Join(", ", tuple.Items.Take(MaximumRank).Select(item => item as long?))}]");

    private MergeException Invalid(string name, string reason) => new(DiagnosticCode.StorageInvalid, null, file.Path, $"tensor '{DisplayText.Of(name)}'", reason);
}
