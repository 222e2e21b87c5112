namespace MergeKit.Engine.Caching.Hashing;

/// <summary>Lanes in vectors of one or several times 128 bits, and what moves words between memory and them.</summary>
/// <typeparam name="TWords">A word of every lane.</typeparam>
internal interface IWordVectors<TWords> : IWordLanes<TWords>
    where TWords : unmanaged
{
    /// <summary>Puts 16 bytes into every 128 bits: those at the source, and on from there in steps of four strides.</summary>
    static abstract TWords Gather(ref byte source, nint stride);

    /// <summary>Stores what <see cref="Gather"/> loads.</summary>
    static abstract void Scatter(TWords words, ref byte destination, nint stride);

    /// <summary>In every 128 bits, the lower two words of two vectors in turn.</summary>
    static abstract TWords ZipLower(TWords x, TWords y);

    /// <summary>In every 128 bits, the upper two words of two vectors in turn.</summary>
    static abstract TWords ZipUpper(TWords x, TWords y);

    /// <summary>In every 128 bits, the lower two words of one vector and those of another.</summary>
    static abstract TWords JoinLower(TWords x, TWords y);

    /// <summary>In every 128 bits, the upper two words of one vector and those of another.</summary>
    static abstract TWords JoinUpper(TWords x, TWords y);
}
