namespace MergeKit.Engine.Planning;

/// <summary>A file that a model seems to need and that does not go with the output.</summary>
/// <param name="Name">Its path in the model's folder, with slashes.</param>
/// <param name="IsTokenizer">Whether it seems to belong to the tokenizer; or else it is code.</param>
internal sealed record UncopiedFile(string Name, bool IsTokenizer);
