using System.Buffers.Binary;
using System.Numerics;

namespace MergeKit.Engine.Tests.Caching.Hashing;

/// <summary>BLAKE3 as it is defined: a recursion over the tree, one block after the other.</summary>
internal static class Blake3Reference
{
    private const uint ChunkStart = 1;
    private const uint ChunkEnd = 2;
    private const uint Parent = 4;
    private const uint Root = 8;

    private static readonly uint[] Initial = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];
    private static readonly int[] Permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

    /// <summary>The digest in lowercase hexadecimal.</summary>
    public static string Hash(ReadOnlySpan<byte> input) => Convert.ToHexStringLower(Bytes(Node(input, 0, Root)));

    private static uint[] Node(ReadOnlySpan<byte> input, ulong firstChunk, uint root)
    {
        if (input.Length <= 1024)
        {
            return Chunk(input, firstChunk, root);
        }

        // The left side is the largest power of two of chunks that leaves something for the right one.
        var left = (int)BitOperations.RoundUpToPowerOf2((uint)(input.Length + 1023) / 1024) / 2;
        var children = (uint[])[.. Node(input[..(left * 1024)], firstChunk, 0), .. Node(input[(left * 1024)..], firstChunk + (uint)left, 0)];
        return Compress(Initial, Bytes(children), 0, Parent | root);
    }

    private static uint[] Chunk(ReadOnlySpan<byte> chunk, ulong number, uint root)
    {
        var value = Initial;
        var flags = ChunkStart;
        while (chunk.Length > 64)
        {
            value = Compress(value, chunk[..64], number, flags);
            chunk = chunk[64..];
            flags = 0;
        }

        return Compress(value, chunk, number, flags | ChunkEnd | root);
    }

    private static uint[] Compress(uint[] value, ReadOnlySpan<byte> input, ulong counter, uint flags)
    {
        var padded = new byte[64];
        input.CopyTo(padded);
        var block = Enumerable.Range(0, 16).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(padded.AsSpan(4 * i))).ToArray();
        uint[] v = [.. value, .. Initial[..4], (uint)counter, (uint)(counter >> 32), (uint)input.Length, flags];
        for (var round = 0; round < 7; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                Mix(v, i, 4 + i, 8 + i, 12 + i, block[2 * i], block[2 * i + 1]);
            }

            for (var i = 0; i < 4; i++)
            {
                Mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, block[8 + 2 * i], block[9 + 2 * i]);
            }

            block = [.. Permutation.Select(i => block[i])];
        }

        return [.. Enumerable.Range(0, 8).Select(i => v[i] ^ v[i + 8])];
    }

    private static void Mix(uint[] v, int a, int b, int c, int d, uint x, uint y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 12);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 7);
    }

    private static byte[] Bytes(uint[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        }

        return bytes;
    }
}
