using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints;

/// <summary>Whatever a file holds, opening it either succeeds or gives a coded error, in memory bounded by the file's size.</summary>
public sealed class SafetensorsFuzzTests : IDisposable
{
    private const string JsonPieces = "{}[]\":,\\u0123456789-.eE_ dtypeshapedata_offsetsF32BF16metadata";

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Mutated_files_open_or_fail_with_a_code()
    {
        var random = new Random(20240601);
        var valid = new SafetensorsBuilder()
            .Metadata("format", "pt")
            .Add("model.embed.weight", DType.BF16, [4, 2], new byte[16])
            .Add("model.norm.weight", DType.F32, [2], 1f, 2f)
            .Add("empty", DType.I64, [0, 3], Array.Empty<byte>())
            .Add("scalar", DType.F8E4M3, [], 1f)
            .Build();
        for (var i = 0; i < 4000; i++)
        {
            OpenWithinBounds(Mutate(valid, random));
        }
    }

    [Fact]
    public void Random_bytes_open_or_fail_with_a_code()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length >= 9 && random.Next(4) > 0)
            {
                bytes = SafetensorsBuilder.Raw([(byte)'{', .. bytes[9..]], []);
            }

            OpenWithinBounds(bytes);
        }
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Mutate(byte[] valid, Random random)
    {
        var bytes = valid.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                case 3:
                    bytes[random.Next(8) % bytes.Count] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes[at] = (byte)JsonPieces[random.Next(JsonPieces.Length)];
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        // Otherwise nearly every change of length would be caught by the prefix, before the parser sees it.
        return random.Next(2) == 0 && bytes.Count > 8 ? WithHonestPrefix(bytes, valid) : [.. bytes];
    }

    private static byte[] WithHonestPrefix(List<byte> bytes, byte[] valid)
    {
        var dataLength = Math.Min(valid.Length - 8 - BitConverter.ToInt32(valid), bytes.Count - 8);
        return SafetensorsBuilder.Raw([.. bytes[8..^dataLength]], [.. bytes[^dataLength..]]);
    }

    private void OpenWithinBounds(byte[] bytes)
    {
        var path = folder.Write("fuzz.safetensors", bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var file = SafetensorsFile.Open(path);
            Assert.Equal(bytes.Length, (file.Tensors.Count == 0 ? bytes.Length : file.Tensors.Max(t => t.FileOffset + t.ByteLength)));
        }
        catch (MergeException exception)
        {
            Assert.InRange((int)exception.Diagnostics[0].Code, 2030, 2043);
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (bytes.Length * 64L) + 200_000);
    }
}
