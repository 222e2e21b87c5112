using System.Diagnostics.CodeAnalysis;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>What BLAKE3 does with 32-bit words, for one or several inputs side by side: every input is a lane of a vector.</summary>
/// <typeparam name="TWords">A word of every lane.</typeparam>
internal interface IWordLanes<TWords>
    where TWords : unmanaged
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The number of every lane, from 0.</summary>
    static abstract TWords Numbers { get; }

    /// <summary>The same word in every lane.</summary>
    static abstract TWords Create(uint word);

    static abstract TWords Add(TWords x, TWords y);

    static abstract TWords Xor(TWords x, TWords y);

    static abstract TWords RotateRight(TWords x, [ConstantExpected] byte count);

    /// <summary>Loads the 16 words of a block of 64 bytes for every lane.</summary>
    /// <param name="source">The first lane's block.</param>
    /// <param name="stride">Bytes from one lane's block to the next one's.</param>
    /// <param name="words">Takes 16 vectors: first words, second words, and so on.</param>
    static abstract void LoadBlocks(ref byte source, nint stride, ref TWords words);

    /// <summary>Stores eight words of every lane, lane after lane.</summary>
    /// <param name="words">Eight vectors: first words, second words, and so on.</param>
    /// <param name="destination">Takes 32 bytes per lane.</param>
    static abstract void StoreValues(ref TWords words, ref byte destination);
}
