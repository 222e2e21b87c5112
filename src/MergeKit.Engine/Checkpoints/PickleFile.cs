using MergeKit.Engine.Checkpoints.Pickle;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// A file of <c>torch.save</c> (<c>pytorch_model.bin</c>, <c>.pt</c>, <c>.pth</c>). Its pickle is read as data by
/// <see cref="PickleMachine"/>, which cannot run anything; every name that weights do not need is an error.
/// </summary>
internal sealed class PickleFile : WeightsFile
{
    private PickleFile(CheckpointFile file, IReadOnlyList<StoredTensor> tensors)
        : base(file, tensors)
    {
    }

    /// <summary>Opens a file and reads its pickle; no tensor data is read.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MergeException">The file cannot be read, is damaged, or holds something else than tensors under their names.</exception>
    public static PickleFile Open(string path)
    {
        var file = CheckpointFile.Open(path);
        try
        {
            return new PickleFile(file, TorchTensors.Make(file, ReadContent(file)));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static TorchContent ReadContent(CheckpointFile file)
    {
        Span<byte> start = stackalloc byte[8];
        start = start[..file.Fill(0, start)];
        return start switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => ZipContainer.Read(file),
            [0x80, ..] => LegacyContainer.Read(file),
            _ when start.SequenceEqual("version "u8) => throw new MergeException(DiagnosticCode.WeightsArePointer, null, file.Path),
            _ => throw new MergeException(DiagnosticCode.ContainerUnknown, null, file.Path, start.IsEmpty ? "nothing" : $"bytes {Convert.ToHexStringLower(start)}"),
        };
    }
}
