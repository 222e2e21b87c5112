namespace MergeKit.Engine.Tokenizers;

/// <summary>A token that is found in a text before its words are divided into pieces.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its number.</param>
/// <param name="IsSpecial">Whether it controls the model and is left out of decoded texts.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalised text rather than in the text as it is.</param>
internal sealed record AddedToken(string Content, int Id, bool IsSpecial, bool IsNormalized)
{
    /// <summary>Whether it is found as a whole word only.</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>Whether it takes blanks on its left with it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether it takes blanks on its right with it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>A token as libraries make it of a text alone.</summary>
    public static AddedToken Plain(string content, int id) => new(content, id, IsSpecial: false, IsNormalized: true);
}
