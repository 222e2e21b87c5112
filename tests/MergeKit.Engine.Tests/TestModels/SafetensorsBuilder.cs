using System.Buffers.Binary;
using System.Text;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Makes safetensors files for tests.</summary>
internal sealed class SafetensorsBuilder
{
    private readonly Dictionary<TensorDeclaration, byte[]> tensors = [];
    private SortedDictionary<string, string>? metadata;

    /// <summary>A file with the given header text, right or wrong, and the given data.</summary>
    public static byte[] Raw(string header, params byte[] data) => Raw(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Raw(byte[] header, byte[] data)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        return [.. prefix, .. header, .. data];
    }

    public SafetensorsBuilder Metadata(string key, string value)
    {
        metadata ??= [];
        metadata[key] = value;
        return this;
    }

    public SafetensorsBuilder Add(string name, DType dtype, long[] shape, byte[] data)
    {
        tensors.Add(new TensorDeclaration(name, dtype, new TensorShape(shape)), data);
        return this;
    }

    public SafetensorsBuilder Add(string name, DType dtype, long[] shape, params float[] values)
    {
        var data = new byte[values.Length * dtype.Size()];
        FloatCodec.Encode(dtype, values, data);
        return Add(name, dtype, shape, data);
    }

    public byte[] Build()
    {
        var layout = SafetensorsHeader.Build("test.safetensors", tensors.Keys, metadata);
        var file = new byte[layout.FileSize];
        layout.Header.CopyTo(file);
        foreach (var (tensor, offset) in layout.Tensors)
        {
            tensors[tensor].CopyTo(file, offset);
        }

        return file;
    }

    public string Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Build());
        return path;
    }
}
