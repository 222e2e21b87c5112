using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>
/// What <c>torch.save</c> wrote before PyTorch 1.6: a magic number, a version, facts about the machine, what was saved and the keys of the
/// storages, each a pickle of its own; then, in the order of the keys, every storage with its number of elements before it.
/// </summary>
internal static class LegacyContainer
{
    private const long Version = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Reads what the file holds, but for the storages.</summary>
    /// <exception cref="MergeException">The file is damaged, or is none of <c>torch.save</c>.</exception>
    public static TorchContent Read(CheckpointFile file)
    {
        var stream = new PickleStream(file, 0, file.Length);
        var machine = new PickleMachine(stream);
        if (machine.Run() is not BigInteger magic || magic != Magic)
        {
            throw new MergeException(DiagnosticCode.ContainerUnknown, null, file.Path, "a pickle without the magic number of torch.save");
        }

        if (machine.Run() is not Version)
        {
            throw stream.Invalid($"its version is not {Version}");
        }

        if (machine.Run() is not PickleDict system || system.Find("little_endian") is not true)
        {
            throw stream.Invalid("it does not say that it is little-endian");
        }

        var root = machine.Run();
        return machine.Run() is PickleList keys
            ? new TorchContent(root, Places(stream, file, keys, machine.Storages))
            : throw stream.Invalid("the list of storages is missing");
    }

    private static Dictionary<string, StoragePlace> Places(PickleStream stream, CheckpointFile file, PickleList keys, IReadOnlyDictionary<string, PickleStorage> storages)
    {
        var places = new Dictionary<string, StoragePlace>(StringComparer.Ordinal);
        var position = stream.Position;
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (var item in keys.Items)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage))
            {
                throw stream.Invalid("the list of storages names one that nothing refers to");
            }

            if (storage.Type.DType is not { } dtype)
            {
                throw stream.Invalid($"a storage holds {storage.Type.Name}, of which the size is not known");
            }

            if (file.Fill(position, count) < count.Length || BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Count)
            {
                throw StoragePlace.Invalid(file, key, $"expected a storage of {storage.Count} elements at byte {position}, found none");
            }

            position += count.Length;
            var place = StoragePlace.Within(file, key, position, storage.Count, dtype);
            if (!places.TryAdd(key, place))
            {
                throw StoragePlace.Invalid(file, key, "it is listed twice");
            }

            position += place.Length;
        }

        return places;
    }
}
