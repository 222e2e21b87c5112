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

    // MK2xxx: model sources and files
    ModelNotFound = 2001,

    // MK3xxx: planning
    MissingTensor = 3001,

    // MK5xxx: execution and output
    OutputNotWritable = 5001,
}
