using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine;

/// <summary>A merged model on disk.</summary>
/// <param name="OutputDirectory">Full path of the model folder.</param>
/// <param name="Files">Files of the model folder, relative to it, in ordinal order.</param>
/// <param name="InputFiles">Full paths of every file that was read: recipe, configurations, checkpoints, tokenizers.</param>
/// <param name="Method">The recipe's merge method.</param>
/// <param name="Fingerprint">Hash (lowercase hexadecimal SHA-256) of everything that weights, configuration, tokenizer, recipe and card depend on.</param>
/// <param name="TotalBytes">Bytes of tensor data written.</param>
/// <param name="ParameterCount">Number of weights in the model.</param>
/// <param name="Warnings">Warnings that only the data could give.</param>
public sealed record MergeResult(
    string OutputDirectory,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> InputFiles,
    string Method,
    string Fingerprint,
    long TotalBytes,
    long ParameterCount,
    IReadOnlyList<Diagnostic> Warnings);
