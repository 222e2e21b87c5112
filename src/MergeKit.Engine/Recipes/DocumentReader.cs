using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads one document of a recipe.</summary>
internal sealed class DocumentReader
{
    private static readonly string[] Keys =
    [
        "name", "merge_method", "models", "slices", "modules", "base_model", "parameters", "dtype", "out_dtype",
        "tokenizer_source", "tokenizer", "chat_template",
    ];

    private readonly NodeReader nodes;
    private readonly ModelReferenceReader models;
    private readonly SettingReader settings;
    private readonly InputReader inputs;
    private readonly TokenizerReader tokenizer;

    /// <summary>Creates a reader that reports to a bag.</summary>
    public DocumentReader(DiagnosticBag diagnostics)
    {
        nodes = new NodeReader(diagnostics);
        models = new ModelReferenceReader(nodes);
        settings = new SettingReader(nodes);
        inputs = new InputReader(nodes, models, settings);
        tokenizer = new TokenizerReader(nodes, models);
    }

    /// <summary>Reads a document; null where it is not a mapping at all.</summary>
    public Recipe? Read(YamlDocument document)
    {
        var fields = nodes.Fields(document.Root, "A recipe", Keys);
        if (document.Root is not YamlMapping)
        {
            return null;
        }

        inputs.CheckExactlyOne(fields, "models", "slices", "modules");
        CheckTokenizer(fields);
        return new Recipe
        {
            Name = nodes.OptionalText(fields, "name"),
            MergeMethod = nodes.Required(fields, "merge_method") is { } method ? nodes.Text(method, "'merge_method'") : default,
            Models = inputs.ReadModels(fields),
            Slices = inputs.ReadSlices(fields),
            Modules = inputs.ReadModules(fields),
            BaseModel = models.ReadOptional(fields, "base_model"),
            Parameters = settings.ReadParameters(fields),
            DType = ReadDType(fields, "dtype"),
            OutDType = ReadDType(fields, "out_dtype"),
            TokenizerSource = fields["tokenizer_source"] is { } source ? tokenizer.ReadSource(source, "tokenizer_source") : null,
            Tokenizer = fields["tokenizer"] is { } block ? tokenizer.ReadSettings(block) : null,
            ChatTemplate = nodes.OptionalText(fields, "chat_template"),
            Position = document.Root.Position,
            Text = document.Text,
        };
    }

    private void CheckTokenizer(Fields fields)
    {
        if (fields.Entry("tokenizer_source") is { } source && fields.Entry("tokenizer") is { } block)
        {
            var second = source.Key.Position.Line > block.Key.Position.Line ? source : block;
            nodes.Diagnostics.Error(DiagnosticCode.TokenizerGivenTwice, second.Key.Position);
        }
    }

    private Located<DType>? ReadDType(Fields fields, string key)
    {
        if (nodes.OptionalText(fields, key) is not { Value: not ("" or "None") } name)
        {
            return null;
        }

        if (DTypes.TryParseTorch(name.Value, out var type) && type.IsFloat())
        {
            return new Located<DType>(type, name.Position);
        }

        var suggestion = Suggestion.Sentence(name.Value, DTypes.FloatNames);
        nodes.Diagnostics.Error(DiagnosticCode.UnknownDType, name.Position, $"'{key}'", DisplayText.Of(name.Value, DisplayText.Short), suggestion, string.Join(", ", DTypes.FloatNames));
        return null;
    }
}
