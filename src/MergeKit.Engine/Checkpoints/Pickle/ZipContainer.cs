using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>
/// The container of <c>torch.save</c> since PyTorch 1.6 (https://docs.pytorch.org/docs/stable/notes/serialization.html): a zip archive in which
/// nothing is compressed, with the pickle as <c>name/data.pkl</c> and every storage as <c>name/data/key</c>.
/// </summary>
internal static class ZipContainer
{
    private const string PickleName = "/data.pkl";

    /// <summary>Reads what the archive holds, but for the storages.</summary>
    /// <exception cref="MergeException">The archive is damaged, or is none of <c>torch.save</c>.</exception>
    public static TorchContent Read(CheckpointFile file)
    {
        var entries = ZipDirectory.Read(file);
        var pickles = entries.Values.Where(entry => entry.Name.EndsWith(PickleName, StringComparison.Ordinal) && entry.Name.IndexOf('/') == entry.Name.Length - PickleName.Length).ToList();
        if (pickles is not [var pickle])
        {
            throw ZipDirectory.Invalid(file, $"expected one entry 'name{PickleName}', found {pickles.Count}");
        }

        var folder = pickle.Name[..^PickleName.Length];
        RequireLittleEndian(file, entries.GetValueOrDefault(folder + "/byteorder"));
        RequirePlain(file, pickle);
        var root = new PickleMachine(new PickleStream(file, pickle.DataOffset, pickle.End)).Run();
        var storages = new Dictionary<string, StoragePlace>(StringComparer.Ordinal);
        var prefix = folder + "/data/";
        foreach (var entry in entries.Values.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            RequirePlain(file, entry);
            storages.Add(entry.Name[prefix.Length..], new StoragePlace(entry.DataOffset, entry.StoredLength));
        }

        return new TorchContent(root, storages);
    }

    private static void RequirePlain(CheckpointFile file, ZipEntry entry)
    {
        if (!entry.IsPlain)
        {
            throw new MergeException(DiagnosticCode.ContainerCompressed, null, file.Path, DisplayText.Of(entry.Name));
        }
    }

    /// <summary>Older versions of PyTorch do not say; they were never used on machines of the other order.</summary>
    private static void RequireLittleEndian(CheckpointFile file, ZipEntry? entry)
    {
        if (entry is null)
        {
            return;
        }

        Span<byte> found = stackalloc byte[6];
        if (entry.StoredLength != found.Length || file.Fill(entry.DataOffset, found) < found.Length || !found.SequenceEqual("little"u8))
        {
            throw ZipDirectory.Invalid(file, $"'{DisplayText.Of(entry.Name)}' does not say 'little': only little-endian files are read");
        }
    }
}
