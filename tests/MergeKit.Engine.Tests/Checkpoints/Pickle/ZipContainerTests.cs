using System.Buffers.Binary;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints.Pickle;

/// <summary>Archives that break the rules of zip, or of what torch.save makes of it.</summary>
public sealed class ZipContainerTests : IDisposable
{
    private const int Flags = 8;
    private const int Method = 10;
    private const int StoredLength = 20;
    private const int Length = 24;
    private const int Offset = 42;

    private readonly TemporaryFolder folder = new();
    private readonly TorchBuilder model = new TorchBuilder().Add("a", DType.F32, [2], 1f, 2f).Add("b", DType.F32, [2], 3f, 4f);

    [Theory]
    [InlineData(Method, 8)]
    [InlineData(Method, 93)]
    [InlineData(Flags, 1)]
    [InlineData(Flags, 0x2000)]
    public void Compressed_and_encrypted_entries_are_refused(int field, int value)
    {
        Assert.Contains("data/0", Refused(DiagnosticCode.ContainerCompressed, Changed("data/0", record => record[field + 1] = (byte)(value >> 8), record => record[field] = (byte)value)), StringComparison.Ordinal);
        Refused(DiagnosticCode.ContainerCompressed, Changed("data.pkl", record => record[field + 1] = (byte)(value >> 8), record => record[field] = (byte)value));
    }

    [Theory]
    [InlineData(StoredLength, 0x7fffffffu)]
    [InlineData(Length, 0x7fffffffu)]
    [InlineData(Length, 1u)]
    [InlineData(Length, 0xffffffffu)]
    [InlineData(Offset, 0x7fffffffu)]
    [InlineData(Offset, 1u)]
    [InlineData(Offset, 0u)]
    [InlineData(0, 0u)]
    public void Records_that_lead_elsewhere_are_refused(int field, uint value) =>
        Refused(DiagnosticCode.ContainerInvalid, Changed("data/1", record => BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(field), value)));

    [Fact]
    public void Entries_that_overlap_are_refused()
    {
        var zip = model.Zip(new ZipBuilder { Record = (name, record) => Enlarge(name, record, "data/0") });
        Assert.Contains("overlap", Refused(DiagnosticCode.ContainerInvalid, zip), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archive/data/0")]
    [InlineData("../archive/data/9")]
    [InlineData("archive/../../data/9")]
    [InlineData("/etc/passwd")]
    [InlineData("archive\\data\\9")]
    [InlineData("a\0b")]
    public void Names_that_repeat_or_play_tricks_are_refused(string name) =>
        Refused(DiagnosticCode.ContainerInvalid, model.Zip(new ZipBuilder().Add("archive/data/0", new byte[8]).Add(name, [])));

    [Fact]
    public void There_must_be_one_pickle()
    {
        Refused(DiagnosticCode.ContainerInvalid, new ZipBuilder().Add("x/other", []).Build());
        Refused(DiagnosticCode.ContainerInvalid, new ZipBuilder().Add("x/y/data.pkl", []).Build());
        Refused(DiagnosticCode.ContainerInvalid, model.Zip(new ZipBuilder().Add("x/data.pkl", [])));
    }

    [Fact]
    public void Big_endian_files_are_refused() =>
        Refused(DiagnosticCode.ContainerInvalid, new ZipBuilder().Add("x/data.pkl", model.Pickle()).Add("x/byteorder", "big"u8.ToArray()).Build());

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("<!DOCTYPE html>", "3c21444f43545950")]
    public void Files_of_other_formats_are_refused(string text, string shown) =>
        Assert.Contains(shown, Refused(DiagnosticCode.ContainerUnknown, System.Text.Encoding.ASCII.GetBytes(text)), StringComparison.Ordinal);

    [Fact]
    public void A_pickle_without_a_container_is_refused() => Refused(DiagnosticCode.ContainerUnknown, model.Pickle());

    [Fact]
    public void A_pointer_of_Git_LFS_is_recognised() => Refused(DiagnosticCode.WeightsArePointer, "version https://git-lfs.github.com/spec/v1\n"u8.ToArray());

    public void Dispose() => folder.Dispose();

    private static void Enlarge(string name, byte[] record, string entry)
    {
        if (name.EndsWith(entry, StringComparison.Ordinal))
        {
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(StoredLength), 100);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(Length), 100);
        }
    }

    private byte[] Changed(string entry, params Action<byte[]>[] changes) => model.Zip(new ZipBuilder
    {
        Record = (name, record) =>
        {
            foreach (var change in name.EndsWith(entry, StringComparison.Ordinal) ? changes : [])
            {
                change(record);
            }
        },
    });

    private string Refused(DiagnosticCode code, byte[] bytes)
    {
        var path = folder.Write("model.bin", bytes);
        var message = MergeErrors.Single(code, () => PickleFile.Open(path).Dispose());
        Assert.Contains(path, message, StringComparison.Ordinal);
        return message;
    }
}
