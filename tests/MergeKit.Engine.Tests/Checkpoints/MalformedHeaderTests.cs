using System.Buffers.Binary;
using System.Text;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints;

/// <summary>Every way to break a safetensors file has its code and says file, tensor, expected and actual.</summary>
public sealed class MalformedHeaderTests : IDisposable
{
    private const string Good = """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""";

    private readonly TemporaryFolder folder = new();

    /// <summary>Header, bytes of data, expected code, texts that the message must hold.</summary>
    public static TheoryData<string, int, DiagnosticCode, string[]> Headers => new()
    {
        { "", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["'{'", "nothing"] },
        { "[]", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["'{'", "0x5b"] },
        { " {}", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["'{'", "0x20"] },
        { "{", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["strict JSON"] },
        { "{}x", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["strict JSON", "'x'"] },
        { "{}{}", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["strict JSON"] },
        { "{}\0\0", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["strict JSON"] },
        { "{/* */}", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["strict JSON"] },
        { $"{{\"a\":{Good},}}", 8, DiagnosticCode.SafetensorsHeaderInvalid, ["strict JSON"] },
        { "{'a':1}", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["strict JSON"] },
        { """{"\ud800":1}""", 0, DiagnosticCode.SafetensorsHeaderInvalid, ["surrogate"] },
        { """{"a":{"dtype":"\udc00"}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "surrogate"] },
        { """{"a":{"shape":[[[[[[[[[1]]]]]]]]]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "shape", "["] },
        { """{"__metadata__":[]}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["__metadata__", "StartArray"] },
        { """{"__metadata__":null}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["__metadata__", "Null"] },
        { """{"__metadata__":{"k":1}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["__metadata__", "'k'", "Number"] },
        { """{"__metadata__":{"k":{}}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["__metadata__", "'k'", "StartObject"] },
        { """{"__metadata__":{"k":"1","k":"1"}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["__metadata__", "'k' twice"] },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, DiagnosticCode.SafetensorsDuplicateTensor, ["__metadata__"] },
        { $"{{\"a\":{Good},\"a\":{Good}}}", 8, DiagnosticCode.SafetensorsDuplicateTensor, ["'a'"] },
        { $"{{\"a\":{Good},\"\\u0061\":{Good}}}", 8, DiagnosticCode.SafetensorsDuplicateTensor, ["'a'"] },
        { """{"a":1}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "an object", "Number"] },
        { """{"a":{}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "no 'dtype'"] },
        { """{"a":{"dtype":"F32","data_offsets":[0,0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "no 'shape'"] },
        { """{"a":{"dtype":"F32","shape":[0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "no 'data_offsets'"] },
        { """{"a":{"dtype":"F32","dtype":"F32"}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "'dtype' twice"] },
        { """{"a":{"shape":[],"shape":[]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "'shape' twice"] },
        { """{"a":{"data_offsets":[0,0],"data_offsets":[0,0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "'data_offsets' twice"] },
        { """{"a":{"offsets":[0,0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "only", "'offsets'"] },
        { """{"a":{"dtype":1}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "a string as dtype", "Number"] },
        { """{"a":{"shape":2}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "array", "Number"] },
        { """{"a":{"shape":[-1]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "whole numbers", "-1"] },
        { """{"a":{"shape":[-0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "whole numbers", "-0"] },
        { """{"a":{"shape":[1.0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "whole numbers", "1.0"] },
        { """{"a":{"shape":[1e3]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "whole numbers", "1e3"] },
        { """{"a":{"shape":["1"]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "whole numbers", "1"] },
        { """{"a":{"shape":[null]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "whole numbers", "null"] },
        { """{"a":{"shape":[9223372036854775808]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "whole numbers", "9223372036854775808"] },
        { """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "[begin, end]", "[0]"] },
        { """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0,0]}}""", 0, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "[begin, end]", "[0, 0, 0]"] },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, DiagnosticCode.SafetensorsEntryInvalid, ["'a'", "begin", "[8, 0]"] },
        { """{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}""", 1, DiagnosticCode.DTypeUnsupported, ["'a'", "F4", "BF16"] },
        { """{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}""", 3, DiagnosticCode.DTypeUnsupported, ["'a'", "F6_E2M3"] },
        { """{"a":{"dtype":"F6_E3M2","shape":[4],"data_offsets":[0,3]}}""", 3, DiagnosticCode.DTypeUnsupported, ["'a'", "F6_E3M2"] },
        { """{"a":{"dtype":"F8_E8M0","shape":[1],"data_offsets":[0,1]}}""", 1, DiagnosticCode.DTypeUnsupported, ["'a'", "F8_E8M0"] },
        { """{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, DiagnosticCode.DTypeUnsupported, ["'a'", "C64"] },
        { """{"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}""", 8, DiagnosticCode.DTypeUnknown, ["'a'", "'f32'", "F32"] },
        { """{"a":{"dtype":"float\n32","shape":[2],"data_offsets":[0,8]}}""", 8, DiagnosticCode.DTypeUnknown, ["'a'", "float\\u000a32"] },
        { """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, DiagnosticCode.TensorSizeMismatch, ["'a'", "F32", "[3]", "12 bytes", "span 8"] },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}""", 8, DiagnosticCode.TensorSizeMismatch, ["'a'", "[]", "4 bytes", "span 8"] },
        { """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, DiagnosticCode.TensorSizeMismatch, ["'a'", "more than", "span 0"] },
        { """{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,0]}}""", 0, DiagnosticCode.TensorSizeMismatch, ["'a'", "more than", "span 0"] },
        { $"{{\"a\":{Good},\"b\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}}}", 8, DiagnosticCode.TensorsOverlap, ["'a'", "'b'", "byte 8", "at 4"] },
        { $"{{\"a\":{Good},\"b\":{Good}}}", 8, DiagnosticCode.TensorsOverlap, ["'a'", "'b'", "byte 8", "at 0"] },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, DiagnosticCode.TensorDataGap, ["'a'", "byte 0", "at 4"] },
        { $"{{\"a\":{Good},\"b\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}}}", 16, DiagnosticCode.TensorDataGap, ["'b'", "byte 8", "at 12"] },
        { $"{{\"a\":{Good}}}", 7, DiagnosticCode.SafetensorsDataCut, ["'a'", "byte 8", "only 7"] },
        { $"{{\"a\":{Good}}}", 9, DiagnosticCode.SafetensorsTrailingData, ["byte 8", "has 9"] },
        { "{}", 1, DiagnosticCode.SafetensorsTrailingData, ["byte 0", "has 1"] },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_broken_header_has_its_code_and_says_what_is_wrong(string header, int dataLength, DiagnosticCode code, string[] texts)
    {
        var path = folder.Write("broken.safetensors", SafetensorsBuilder.Raw(header, new byte[dataLength]));
        var message = MergeErrors.Single(code, () => SafetensorsFile.Open(path));
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_shorter_than_the_length_prefix_is_cut(int length)
    {
        var path = folder.Write("short.safetensors", new byte[length]);
        var message = MergeErrors.Single(DiagnosticCode.SafetensorsHeaderCut, () => SafetensorsFile.Open(path));
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains($"needs 8 bytes, but the file has {length}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_000UL, DiagnosticCode.SafetensorsHeaderCut, "100000008")]
    [InlineData(3UL, DiagnosticCode.SafetensorsHeaderCut, "needs 11 bytes, but the file has 10")]
    [InlineData(100_000_001UL, DiagnosticCode.SafetensorsHeaderTooLarge, "100000001")]
    [InlineData(0x8000_0000_0000_0000UL, DiagnosticCode.SafetensorsHeaderTooLarge, "9223372036854775808")]
    [InlineData(ulong.MaxValue, DiagnosticCode.SafetensorsHeaderTooLarge, "18446744073709551615")]
    public void A_header_length_that_lies_is_reported_without_allocating_it(ulong length, DiagnosticCode code, string text)
    {
        var bytes = "\0\0\0\0\0\0\0\0{}"u8.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        var path = folder.Write("lying.safetensors", bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MergeErrors.Single(code, () => SafetensorsFile.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(text, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_reported()
    {
        byte[] header = [.. "{\""u8, 0xff, .. "\":1}"u8];
        var path = folder.Write("latin.safetensors", SafetensorsBuilder.Raw(header, []));
        Assert.Contains("UTF-8", MergeErrors.Single(DiagnosticCode.SafetensorsHeaderInvalid, () => SafetensorsFile.Open(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_does_not_flood_the_message()
    {
        var path = folder.Write("long.safetensors", SafetensorsBuilder.Raw($"{{\"{new string('n', 100_000)}\":1}}"));
        Assert.InRange(MergeErrors.Single(DiagnosticCode.TensorLimitExceeded, () => SafetensorsFile.Open(path)).Length, 0, 1000);
    }

    [Fact]
    public void More_tensors_than_any_model_has_are_refused()
    {
        var header = $"{{{string.Join(',', Enumerable.Range(0, 250_001).Select(i => $"\"{i:x}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"))}}}";
        var path = folder.Write("many.safetensors", SafetensorsBuilder.Raw(header));
        Assert.Contains("250001 tensors", MergeErrors.Single(DiagnosticCode.TensorLimitExceeded, () => SafetensorsFile.Open(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_longer_than_any_tensor_has_is_refused()
    {
        var path = folder.Write("long.safetensors", SafetensorsBuilder.Raw($"{{\"{new string('n', 4097)}\":{Good}}}", new byte[8]));
        Assert.Contains("4097 characters", MergeErrors.Single(DiagnosticCode.TensorLimitExceeded, () => SafetensorsFile.Open(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_not_readable() =>
        Assert.Contains(folder["none"], MergeErrors.Single(DiagnosticCode.FileNotReadable, () => SafetensorsFile.Open(folder["none"])), StringComparison.Ordinal);

    [Fact]
    public void A_folder_in_place_of_a_file_is_not_readable() =>
        MergeErrors.Single(DiagnosticCode.FileNotReadable, () => SafetensorsFile.Open(folder.Path));

    [Fact]
    public void White_space_around_tokens_and_after_the_header_is_allowed()
    {
        var header = Encoding.UTF8.GetString([.. "{ \"a\" : "u8, .. Encoding.UTF8.GetBytes(Good), .. " }     "u8]);
        using var file = SafetensorsFile.Open(folder.Write("padded.safetensors", SafetensorsBuilder.Raw(header, new byte[8])));
        Assert.Equal("a", Assert.Single(file.Tensors).Name);
    }

    public void Dispose() => folder.Dispose();
}
