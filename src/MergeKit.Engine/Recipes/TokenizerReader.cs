using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads <c>tokenizer_source</c> and the <c>tokenizer</c> block.</summary>
internal sealed class TokenizerReader(NodeReader nodes, ModelReferenceReader models)
{
    /// <summary>No device wants more; larger numbers would only make the output huge.</summary>
    private const int MaximumPadding = 65_536;

    /// <summary>Reads where a vocabulary comes from.</summary>
    public Located<TokenizerSource> ReadSource(YamlNode node, string key) => node switch
    {
        YamlScalar { Text: "union" } => new(TokenizerSource.Union, node.Position),
        YamlScalar { Text: "base" } => new(TokenizerSource.Base, node.Position),
        _ => new(TokenizerSource.Of(models.Read(node, key).Value), node.Position),
    };

    /// <summary>Reads the <c>tokenizer</c> block.</summary>
    public TokenizerSettings ReadSettings(YamlNode node)
    {
        var fields = nodes.Fields(node, "'tokenizer'", "source", "tokens", "pad_to_multiple_of");
        var source = fields["source"] is { } sourceNode
            ? ReadSource(sourceNode, "source")
            : new Located<TokenizerSource>(TokenizerSource.Union, node.Position);
        var tokens = fields["tokens"] is { } tokensNode ? nodes.Mapping(tokensNode, "'tokens'").Entries : [];
        var padding = fields["pad_to_multiple_of"] is { } paddingNode
            ? nodes.Integer(paddingNode, "'pad_to_multiple_of'", minimum: 1, MaximumPadding)
            : (Located<int>?)null;
        return new TokenizerSettings(source, [.. tokens.Select(ReadToken)], padding);
    }

    private TokenSettings ReadToken(YamlEntry entry)
    {
        var fields = nodes.Fields(entry.Value, $"The token '{DisplayText.Of(entry.Key.Text, DisplayText.Short)}'", "source", "force");
        var source = fields["source"] is { } node ? new Located<TokenSource>(ReadTokenSource(node), node.Position) : (Located<TokenSource>?)null;
        return new TokenSettings(new Located<string>(entry.Key.Text, entry.Key.Position), source, nodes.OptionalBoolean(fields, "force"));
    }

    private TokenSource ReadTokenSource(YamlNode node)
    {
        if (node is not YamlMapping mapping || new Fields(mapping, "")["kind"] is not { } kind)
        {
            return new SameTokenSource(models.Read(node, "source"));
        }

        switch ((kind as YamlScalar)?.Text)
        {
            case "zero":
                nodes.Fields(node, "A source of kind 'zero'", "kind");
                return new ZeroTokenSource();
            case "model_token":
                return ReadModelToken(node);
            default:
                nodes.Diagnostics.Error(DiagnosticCode.InvalidTokenSource, kind.Position, $"there is no kind like {kind.Description}");
                return new ZeroTokenSource();
        }
    }

    private ModelTokenSource ReadModelToken(YamlNode node)
    {
        var fields = nodes.Fields(node, "A source of kind 'model_token'", "kind", "model", "token", "token_id");
        var id = fields["token_id"] is { } idNode ? nodes.Integer(idNode, "'token_id'", minimum: 0) : (Located<int>?)null;
        var token = nodes.OptionalText(fields, "token");
        if (id is null == token is null)
        {
            var what = id is null ? "it has neither 'token' nor 'token_id'" : "it has both 'token' and 'token_id'";
            nodes.Diagnostics.Error(DiagnosticCode.InvalidTokenSource, node.Position, what);
        }

        return new ModelTokenSource(models.ReadRequired(fields, "model"), token, id);
    }
}
