namespace MergeKit.Engine.Tokenizers;

/// <summary>The algorithm that divides words into the vocabulary's pieces, as tokenizer.json names it.</summary>
internal enum TokenizerKind
{
    /// <summary>Byte-pair encoding, on bytes or, as SentencePiece has it, on characters.</summary>
    Bpe,

    /// <summary>The longest piece that fits comes first (BERT).</summary>
    WordPiece,

    /// <summary>The most probable division (T5, XLM-R).</summary>
    Unigram,

    /// <summary>Words are pieces.</summary>
    WordLevel,
}
