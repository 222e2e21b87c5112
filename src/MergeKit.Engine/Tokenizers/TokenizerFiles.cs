using System.Text;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Tokenizers;

/// <summary>
/// The files of which a model's tokenizer consists. They may come from anywhere: sizes are capped, syntax is strict. Each is read once, so
/// that what is written fits what was checked, even if somebody changes the file meanwhile.
/// </summary>
/// <param name="owner">What messages call the model.</param>
/// <param name="files">The model's files; those of the tokenizer are among them.</param>
internal sealed class TokenizerFiles(string owner, IReadOnlyList<CompanionFile> files)
{
    public const string Tokenizer = "tokenizer.json";
    public const string Config = "tokenizer_config.json";
    public const string SpecialTokens = "special_tokens_map.json";
    public const string AddedTokens = "added_tokens.json";
    public const string Vocabulary = "vocab.json";
    public const string Merges = "merges.txt";
    public const string WordList = "vocab.txt";

    /// <summary>A multiple of the largest vocabularies there are.</summary>
    private const int MaximumSize = 128 << 20;

    /// <summary>More commas than this are more values than any tokenizer has, and would take minutes to read.</summary>
    private const int MaximumCommas = 4 << 20;

    private readonly Dictionary<string, byte[]> contents = new(StringComparer.Ordinal);

    /// <summary>What messages call the model.</summary>
    public string Owner { get; } = owner;

    /// <summary>The files of the tokenizer.</summary>
    public IReadOnlyList<CompanionFile> All { get; } = [.. files.Where(file => CompanionNames.IsTokenizer(file.Name))];

    /// <summary>Whether there is a file of this name.</summary>
    public bool Has(string name) => All.Any(file => file.Name == name);

    /// <summary>The JSON object that a file holds; null if there is no such file.</summary>
    /// <exception cref="MergeException">The file is too large or no JSON object.</exception>
    public JsonObject? ReadObject(string name)
    {
        if (Find(name) is not { } file)
        {
            return null;
        }

        var text = Read(file);
        return text.AsSpan().Count((byte)',') > MaximumCommas
            ? throw new MergeException(DiagnosticCode.TokenizerInvalid, null, PathOf(name), $"it has more than {MaximumCommas} values")
            : JsonFile.ParseObject(PathOf(name), text);
    }

    /// <summary>The text that a file holds; null if there is no such file.</summary>
    /// <exception cref="MergeException">The file is too large or not UTF-8.</exception>
    public string? ReadText(string name)
    {
        if (Find(name) is not { } file)
        {
            return null;
        }

        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(Read(file));
        }
        catch (DecoderFallbackException exception)
        {
            throw new MergeException(exception, DiagnosticCode.TokenizerInvalid, null, PathOf(name), "the file is not UTF-8");
        }
    }

    /// <summary>What messages call a file.</summary>
    public string PathOf(string name) => Find(name)?.Path ?? $"{Owner}/{name}";

    private CompanionFile? Find(string name) => All.FirstOrDefault(file => file.Name == name);

    private byte[] Read(CompanionFile file)
    {
        if (contents.TryGetValue(file.Name, out var known))
        {
            return known;
        }

        if (file.Path is { } path && FileErrors.WhenReading(path, () => new FileInfo(path).Length) is > MaximumSize and var length)
        {
            throw new MergeException(DiagnosticCode.JsonTooLarge, null, path, length, MaximumSize);
        }

        return contents[file.Name] = file.Read();
    }
}
