using System.Buffers.Binary;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// A safetensors file with its header read and checked to the letter of the format; tensor data is read on demand.
/// </summary>
public sealed class SafetensorsFile : WeightsFile
{
    private SafetensorsFile(CheckpointFile file, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
        : base(file, tensors) => Metadata = metadata;

    /// <summary>The <c>__metadata__</c> of the header; null when it has none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <summary>Opens a file and checks its header; no tensor data is read.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MergeException">The file cannot be read or breaks a rule of the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = CheckpointFile.Open(path);
        try
        {
            var header = ReadHeader(file);
            var dataStart = SafetensorsFormat.PrefixSize + header.Length;
            var content = HeaderParser.Parse(file.Path, header);
            DataCoverage.SortAndCheck(file.Path, content.Entries, file.Length - dataStart);
            var tensors = content.Entries.ConvertAll(e => new StoredTensor(e.Name, e.DType, e.Shape, file, dataStart + e.Begin));
            return new SafetensorsFile(file, tensors, content.Metadata);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the JSON; allocates only when the file is known to be as long as its first bytes claim.</summary>
    private static byte[] ReadHeader(CheckpointFile file)
    {
        Span<byte> prefix = stackalloc byte[SafetensorsFormat.PrefixSize];
        RequireFilled(file, prefix.Length, file.Fill(0, prefix));
        if (prefix.SequenceEqual("version "u8))
        {
            throw new MergeException(DiagnosticCode.WeightsArePointer, null, file.Path);
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsFormat.MaximumHeaderSize)
        {
            throw new MergeException(
                DiagnosticCode.SafetensorsHeaderTooLarge, null, file.Path, length, SafetensorsFormat.MaximumHeaderSize);
        }

        var end = SafetensorsFormat.PrefixSize + (long)length;
        RequireFilled(file, end, file.Length);
        var header = new byte[length];
        RequireFilled(file, end, SafetensorsFormat.PrefixSize + file.Fill(SafetensorsFormat.PrefixSize, header));
        return header;
    }

    private static void RequireFilled(CheckpointFile file, long needed, long present)
    {
        if (present < needed)
        {
            throw new MergeException(DiagnosticCode.SafetensorsHeaderCut, null, file.Path, needed, present);
        }
    }
}
