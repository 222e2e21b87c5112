namespace MergeKit.Engine.Diagnostics;

#pragma warning disable CS1591 // Every code has its page in docs/diagnostics and its text in Messages.resx; a test keeps the three together.

/// <summary>
/// All diagnostics. The number is the public code: MK1xxx recipe, MK2xxx model sources and files, MK3xxx planning,
/// MK4xxx tokenizer, MK5xxx execution and output, MK6xxx cache, MK7xxx packaging.
/// </summary>
public enum DiagnosticCode
{
    // MK1xxx: recipe
    RecipeNotReadable = 1001,
    RecipeSyntax = 1002,
    RecipeNotUtf8 = 1003,
    RecipeTooLarge = 1004,
    RecipeEmpty = 1005,
    DuplicateKey = 1010,
    UnknownKey = 1011,
    MissingKey = 1012,
    WrongKind = 1013,
    EmptyList = 1014,
    KeyWithoutEffect = 1015,
    InputsNotOne = 1020,
    DuplicateStageName = 1021,
    InvalidModelReference = 1022,
    InvalidLayerRange = 1023,
    UnknownDType = 1024,
    TokenizerGivenTwice = 1025,
    InvalidTokenSource = 1026,
    MixedList = 1030,
    InvalidNumber = 1031,

    // MK2xxx: model sources and files
    ModelNotFound = 2001,

    // MK3xxx: planning
    MissingTensor = 3001,

    // MK5xxx: execution and output
    OutputNotWritable = 5001,
}
