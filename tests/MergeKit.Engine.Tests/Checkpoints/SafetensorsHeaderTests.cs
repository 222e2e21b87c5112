using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints;

public sealed class SafetensorsHeaderTests
{
    /// <summary>All safetensors files that the reference implementation wrote: models and expected outputs.</summary>
    public static TheoryData<string> ReferenceFiles => new(
        Directory.EnumerateFiles(Repository.PathOf("tests", "conformance"), "*.safetensors", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ReferenceFiles))]
    public void A_reference_header_is_rebuilt_byte_for_byte(string relativePath)
    {
        var path = Repository.PathOf(relativePath);
        using var file = SafetensorsFile.Open(path);
        var shuffled = file.Tensors.Select(t => new TensorDeclaration(t.Name, t.DType, t.Shape)).Reverse();
        var layout = SafetensorsHeader.Build(path, shuffled, file.Metadata);
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(bytes[..layout.Header.Length], layout.Header.ToArray());
        Assert.Equal(bytes.Length, layout.FileSize);
        Assert.Equal(file.Tensors.Select(t => (t.Name, t.FileOffset)), layout.Tensors.Select(p => (p.Tensor.Name, p.FileOffset)));
    }

    [Fact]
    public void Tensors_are_ordered_by_alignment_then_by_utf8_name()
    {
        DType[] byRank =
        [
            DType.U64, DType.I64, DType.F64, DType.F32, DType.U32, DType.I32, DType.BF16, DType.F16, DType.U16, DType.I16,
            DType.F8E4M3, DType.F8E5M2, DType.I8, DType.U8, DType.Bool,
        ];
        Assert.Equal(Enum.GetValues<DType>().Order(), byRank.Order());
        var declared = Enum.GetValues<DType>().Select(dtype => new TensorDeclaration($"{dtype}", dtype, new TensorShape(2)));
        Assert.Equal(byRank, SafetensorsHeader.Build("x", declared, null).Tensors.Select(p => p.Tensor.DType));

        var names = new[] { "b", "😀", "\uffee", "a.10", "a.2" }.Select(name => new TensorDeclaration(name, DType.U8, new TensorShape()));
        Assert.Equal(["a.10", "a.2", "b", "\uffee", "😀"], SafetensorsHeader.Build("x", names, null).Tensors.Select(p => p.Tensor.Name));
    }

    [Fact]
    public void An_empty_file_is_what_the_reference_writes() =>
        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8], SafetensorsHeader.Build("x", [], null).Header.ToArray());

    [Fact]
    public void Control_characters_are_escaped_and_nothing_else()
    {
        var tensor = new TensorDeclaration("\"\\/\b\f\n\r\t\u0001\u001f\u007fé\u2028😀", DType.U8, new TensorShape());
        var text = System.Text.Encoding.UTF8.GetString(SafetensorsHeader.Build("x", [tensor], null).Header.Span[8..]);
        Assert.StartsWith("{\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u007fé\u2028😀\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("__metadata__", "a")]
    [InlineData("a", "a")]
    public void A_name_that_cannot_be_written_is_an_error(string first, string second)
    {
        var tensors = new[] { first, second }.Select(name => new TensorDeclaration(name, DType.U8, new TensorShape()));
        Assert.Contains("out.safetensors", MergeErrors.Single(
            DiagnosticCode.SafetensorsHeaderNotWritable, () => SafetensorsHeader.Build("out.safetensors", tensors, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_cannot_be_written()
    {
        foreach (var name in new[] { "\ud800", "a\udc00", "\udc00\ud800", "\ud800a" })
        {
            var tensor = new TensorDeclaration(name, DType.U8, new TensorShape());
            MergeErrors.Single(DiagnosticCode.SafetensorsHeaderNotWritable, () => SafetensorsHeader.Build("x", [tensor], null));
        }
    }

    [Fact]
    public void A_header_over_the_cap_is_an_error()
    {
        var value = new string('x', 1_000_000);
        var metadata = Enumerable.Range(0, 100).ToDictionary(i => $"{i}", _ => value);
        Assert.Contains("at most 100000000", MergeErrors.Single(
            DiagnosticCode.SafetensorsHeaderNotWritable, () => SafetensorsHeader.Build("out.safetensors", [], metadata)), StringComparison.Ordinal);
    }
}
