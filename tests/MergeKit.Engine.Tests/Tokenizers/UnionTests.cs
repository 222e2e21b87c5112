using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>The union of vocabularies: which tokens get which numbers, and the merges of byte-pair encoding.</summary>
public sealed class UnionTests : IDisposable
{
    private const string Union = """
        merge_method: linear
        models: [{model: ./a, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 0}}]
        tokenizer_source: union

        """;

    private readonly VocabularyWorkspace models = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pieces_come_before_added_tokens_and_the_first_tokenizer_keeps_its_numbers(bool mergesAsTexts)
    {
        models.Add("a", 1, 6, TestTokenizer.Letters("abc", mergesAsTexts).Merge("a", "b").Added("<s>").Added("<x>"));
        models.Add("b", 2, 8, TestTokenizer.Letters("cbad").Merge("b", "a").Added("<y>", special: false).Added("<s>").Merge("ba", "d"));

        models.Merge(Union);

        Assert.Equal(
            ["a", "b", "c", "ab", "<s>", "<x>", "d", "ba", "bad", "<y>"], models.Ids().OrderBy(token => token.Value).Select(token => token.Key));
        Assert.Equal([1000, 1001, 1002, 1003, 1004, 1005, 2003, 2004, 2007, 2005], models.FirstColumn());
        var json = models.Json("tokenizer.json");
        var expected = mergesAsTexts ? """["a b","b a","ba d"]""" : """[["a","b"],["b","a"],["ba","d"]]""";
        Assert.Equal(expected, VocabularyWorkspace.Compact(json["model"]!["merges"]));
        Assert.Equal(["<s> true", "<x> true", "<y> false"], json["added_tokens"]!.AsArray().Select(token => $"{token!["content"]} {token["special"]}"));
    }

    [Fact]
    public void Added_tokens_stand_among_the_pieces_where_pieces_follow_them()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab").Added("<s>"));
        models.Add("b", 2, 3, TestTokenizer.Letters("abc"));

        models.Merge(Union);

        Assert.Equal("""{"a":0,"b":1,"<s>":2,"c":3}""", VocabularyWorkspace.Compact(models.Json("tokenizer.json")["model"]!["vocab"]));
    }

    [Fact]
    public void Merges_are_written_as_pairs_where_a_part_has_a_blank()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab", mergesAsTexts: true).Merge("a", "b"));
        models.Add("b", 2, 4, TestTokenizer.Letters("ab").Piece(" ").Merge(" ", "a"));

        models.Merge(Union);

        Assert.Equal("""[["a","b"],[" ","a"]]""", VocabularyWorkspace.Compact(models.Json("tokenizer.json")["model"]!["merges"]));
    }

    [Fact]
    public void Merges_with_blanks_that_a_text_file_cannot_hold_are_an_error()
    {
        models.Add("a", 1, 2, null);
        models.Write("a/vocab.json", """{"a": 0, "b": 1}""");
        models.Write("a/merges.txt", "#version: 0.2\n");
        models.Add("b", 2, 4, TestTokenizer.Letters("ab").Piece(" ").Merge(" ", "a"));

        var message = MergeErrors.Single(DiagnosticCode.TokenizerInvalid, () => Merger.Plan(models.Request(Union)).Dispose());

        Assert.Contains("merges.txt", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_tokenizers_are_copied_as_they_are()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab").Added("<s>"));
        models.Add("b", 2, 3, TestTokenizer.Letters("ab").Added("<s>"));

        models.Merge(Union);

        Assert.Equal(File.ReadAllBytes(models["a/tokenizer.json"]), File.ReadAllBytes(Path.Combine(models.Output, "tokenizer.json")));
    }

    [Theory]
    [InlineData("WordPiece", true)]
    [InlineData("Unigram", true)]
    [InlineData("BPE", false)]
    public void Pieces_of_tokenizers_of_different_kinds_cannot_be_united(string type, bool byteLevel)
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Add("b", 2, 3, new TestTokenizer { Type = type, IsByteLevel = byteLevel }.Piece("a").Piece("b").Piece("c"));

        var message = MergeErrors.Single(DiagnosticCode.TokenizersNotUnitable, () => Merger.Plan(models.Request(Union)).Dispose());

        Assert.Contains("./b", message, StringComparison.Ordinal);
        Assert.Contains("1 pieces ('c', ...)", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WordPiece")]
    [InlineData("Unigram")]
    public void Added_tokens_of_any_tokenizer_can_be_united(string type)
    {
        models.Add("a", 1, 2, new TestTokenizer { Type = type }.Piece("a").Piece("b"));
        models.Add("b", 2, 3, new TestTokenizer { Type = type }.Piece("a").Piece("b").Added("<x>"));

        models.Merge(Union);

        Assert.Equal([1000, 1001, 2002], models.FirstColumn());
        Assert.Equal(3, (int)models.Json("config.json")["vocab_size"]!);
    }

    [Fact]
    public void A_token_that_one_model_adds_and_another_has_as_a_piece_is_added()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("abz"));
        models.Add("b", 2, 3, TestTokenizer.Letters("ab").Added("z", special: false));

        models.Merge(Union);

        var token = Assert.Single(models.Json("tokenizer.json")["added_tokens"]!.AsArray())!;
        Assert.Equal(("z", 2), ((string)token["content"]!, (int)token["id"]!));
    }

    [Fact]
    public void Vocabulary_and_merges_in_files_of_their_own_are_united_too()
    {
        models.Add("a", 1, 4, null);
        models.Write("a/vocab.json", """{"a": 0, "b": 1, "c": 2}""");
        models.Write("a/merges.txt", "#version: 0.2\n");
        models.Write("a/added_tokens.json", """{"<s>": 3}""");
        models.Write("a/tokenizer_config.json", """{"tokenizer_class": "GPT2Tokenizer"}""");
        models.Add("b", 2, 5, TestTokenizer.Letters("abc").Merge("a", "b").Added("<x>"));

        models.Merge(Union);

        Assert.Equal("""{"a":0,"b":1,"c":2,"<s>":3,"ab":4,"<x>":5}""", VocabularyWorkspace.Compact(models.Json("vocab.json")));
        Assert.Equal("#version: 0.2\na b\n", File.ReadAllText(Path.Combine(models.Output, "merges.txt")));
        Assert.Equal("""{"<s>":3,"<x>":5}""", VocabularyWorkspace.Compact(models.Json("added_tokens.json")));
        Assert.Equal(["3", "5"], models.Json("tokenizer_config.json")["added_tokens_decoder"]!.AsObject().Select(token => token.Key));
        Assert.Equal([1000, 1001, 1002, 1003, 2003, 2004], models.FirstColumn());
    }

    [Fact]
    public void A_union_is_written_in_the_same_bytes_every_time()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("abc"));
        models.Add("b", 2, 4, TestTokenizer.Letters("ab").Merge("a", "b").Added("𝔘 nicode 😀"));
        models.Merge(Union);
        var first = FolderContent.Of(models.Output);
        Directory.Delete(models.Output, recursive: true);

        models.Merge(Union);

        Assert.Equal(first, FolderContent.Of(models.Output));
        Assert.Equal(4, models.Ids()["𝔘 nicode 😀"]);
    }

    public void Dispose() => models.Dispose();
}
