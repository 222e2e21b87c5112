using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints.Pickle;

/// <summary>Whatever a file holds, opening it either succeeds or gives a coded error, in memory bounded by the file's size.</summary>
public sealed class PickleFuzzTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("zip")]
    [InlineData("zip64")]
    [InlineData("legacy")]
    public void Truncated_files_are_refused_wherever_they_end(string container)
    {
        var file = Valid(container);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.False(OpensWithinBounds(file[..length]), $"{length} of {file.Length} bytes were taken for the whole.");
        }

        Assert.True(OpensWithinBounds(file));
    }

    [Theory]
    [InlineData("zip", 1)]
    [InlineData("zip64", 2)]
    [InlineData("legacy", 3)]
    public void Mutated_files_open_or_fail_with_a_code(string container, int seed)
    {
        var random = new Random(seed);
        var valid = Valid(container);
        for (var i = 0; i < 2500; i++)
        {
            OpensWithinBounds(Mutate(valid, random));
        }
    }

    [Fact]
    public void Mutated_pickles_in_sound_archives_open_or_fail_with_a_code()
    {
        var random = new Random(4);
        var pickle = Model(2).Pickle();
        for (var i = 0; i < 4000; i++)
        {
            OpensWithinBounds(new ZipBuilder().Add("m/data.pkl", Mutate(pickle, random)).Add("m/data/0", new byte[16]).Add("m/data/1", new byte[6]).Build());
        }
    }

    [Fact]
    public void Random_pickles_open_or_fail_with_a_code()
    {
        const string Opcodes = "(.01GJKMNQRTUX]abcehjqrst)u}\u0080\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u0093\u0094\u0095";
        var random = new Random(5);
        for (var i = 0; i < 4000; i++)
        {
            var pickle = new byte[random.Next(60)];
            random.NextBytes(pickle);
            for (var at = 0; at < pickle.Length; at += random.Next(1, 3))
            {
                pickle[at] = (byte)Opcodes[random.Next(Opcodes.Length)];
            }

            OpensWithinBounds(new ZipBuilder().Add("m/data.pkl", pickle).Build());
        }
    }

    public void Dispose() => folder.Dispose();

    private static TorchBuilder Model(int protocol)
    {
        var builder = new TorchBuilder { Protocol = protocol };
        var storage = builder.Storage(DType.F32, new byte[16]);
        return builder.View("embed", storage, DType.F32, 0, [2, 2], [2, 1]).View("head", storage, DType.F32, 0, [2, 2], [1, 2]).Add("codes", DType.F8E4M3, [2, 3], new byte[6]);
    }

    private static byte[] Valid(string container) => container switch
    {
        "zip" => Model(2).Zip(),
        "zip64" => Model(4).Zip(new ZipBuilder { IsZip64 = true }),
        _ => Model(2).Legacy(),
    };

    private static byte[] Mutate(byte[] valid, Random random)
    {
        var bytes = valid.ToList();
        for (var edits = random.Next(1, 4); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                case 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    private bool OpensWithinBounds(byte[] bytes)
    {
        var path = folder.Write("fuzz.bin", bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var opened = false;
        try
        {
            using var file = PickleFile.Open(path);
            opened = true;
            foreach (var tensor in file.Tensors)
            {
                tensor.Read(0, new byte[tensor.ByteLength]);
            }
        }
        catch (MergeException exception)
        {
            Assert.Contains(exception.Diagnostics[0].Code, new[]
            {
                DiagnosticCode.PickleGlobalRefused, DiagnosticCode.PickleInvalid, DiagnosticCode.ContainerInvalid, DiagnosticCode.ContainerCompressed,
                DiagnosticCode.ContainerUnknown, DiagnosticCode.StateDictInvalid, DiagnosticCode.StorageInvalid, DiagnosticCode.DTypeUnsupported,
            });
            Assert.False(opened, exception.Message);
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes.Length * 64L + 200_000);
        return opened;
    }
}
