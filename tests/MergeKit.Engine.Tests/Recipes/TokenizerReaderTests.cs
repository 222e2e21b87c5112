using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

public sealed class TokenizerReaderTests
{
    [Fact]
    public void Every_form_of_a_token_source_is_read()
    {
        var tokenizer = Read.One(Read.Head + """
            tokenizer:
              source: base
              pad_to_multiple_of: 16
              tokens:
                <|a|>: {source: m@r, force: true}
                b: {source: {kind: zero}}
                c: {source: {kind: model_token, model: m, token: </s>}}
                d: {source: {kind: model_token, model: {model: m}, token_id: 5}, force: no}
                e: {source: {model: {path: m}}}
                f: {}
            """).Tokenizer!;

        Assert.Equal((TokenizerSource.Base, 16), (tokenizer.Source.Value, tokenizer.PadToMultipleOf?.Value));
        Assert.Equal(["<|a|>", "b", "c", "d", "e", "f"], tokenizer.Tokens.Select(t => t.Token.Value));
        Assert.Equal([true, false, false, false, false, false], tokenizer.Tokens.Select(t => t.Force));
        Assert.Equal("r", Assert.IsType<SameTokenSource>(tokenizer.Tokens[0].Source?.Value).Model.Value.Revision);
        Assert.IsType<ZeroTokenSource>(tokenizer.Tokens[1].Source?.Value);
        Assert.Equal("</s>", Assert.IsType<ModelTokenSource>(tokenizer.Tokens[2].Source?.Value).Token?.Value);
        Assert.Equal(5, Assert.IsType<ModelTokenSource>(tokenizer.Tokens[3].Source?.Value).TokenId?.Value);
        Assert.Equal("m", Assert.IsType<SameTokenSource>(tokenizer.Tokens[4].Source?.Value).Model.Value.Path);
        Assert.Null(tokenizer.Tokens[5].Source);
    }

    [Fact]
    public void The_union_is_the_default_source() =>
        Assert.Equal(TokenizerSource.Union, Read.One(Read.Head + "tokenizer: {pad_to_multiple_of: 8}").Tokenizer!.Source.Value);

    [Fact]
    public void A_tokenizer_source_may_be_a_model() =>
        Assert.Equal("org/m@r", Read.One(Read.Head + "tokenizer_source: org/m@r").TokenizerSource?.Value.ToString());

    [Theory]
    [InlineData("{sorce: base}", "(4,13) UnknownKey")]
    [InlineData("{pad_to_multiple_of: 0}", "(4,33) InvalidNumber")]
    [InlineData("{pad_to_multiple_of: 1.5}", "(4,33) InvalidNumber")]
    [InlineData("{pad_to_multiple_of: 65537}", "(4,33) InvalidNumber")]
    [InlineData("{pad_to_multiple_of: 2147483647}", "(4,33) InvalidNumber")]
    [InlineData("{tokens: [a]}", "(4,21) WrongKind")]
    [InlineData("{tokens: {a: b}}", "(4,25) WrongKind")]
    [InlineData("{tokens: {a: {force: maybe}}}", "(4,33) WrongKind")]
    [InlineData("{tokens: {a: {source: {kind: one}}}}", "(4,41) InvalidTokenSource")]
    [InlineData("{tokens: {a: {source: {kind: [zero]}}}}", "(4,41) InvalidTokenSource")]
    [InlineData("{tokens: {a: {source: {kind: zero, model: m}}}}", "(4,47) UnknownKey")]
    [InlineData("{tokens: {a: {source: {kind: model_token, model: m}}}}", "(4,34) InvalidTokenSource")]
    [InlineData("{tokens: {a: {source: {kind: model_token, model: m, token: a, token_id: 1}}}}", "(4,34) InvalidTokenSource")]
    [InlineData("{tokens: {a: {source: {kind: model_token, token: a}}}}", "(4,34) MissingKey")]
    [InlineData("{tokens: {a: {source: {kind: model_token, model: m, token_id: -1}}}}", "(4,74) InvalidNumber")]
    [InlineData("{tokens: {a: {source: {kind: model_token, model: m, token: 5}}}}", "(4,71) WrongKind")]
    public void Wrong_tokenizer_blocks_are_errors_at_their_place(string yaml, string expected) =>
        Assert.Equal([expected], Read.Errors($"{Read.Head}tokenizer: {yaml}\n"));
}
