using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Carries out what a document says about its tokenizer and chat template.</summary>
internal sealed class TokenizerPlanner
{
    private const string GenerationConfig = "generation_config.json";

    private readonly Recipe recipe;
    private readonly ModelSet models;
    private readonly ModelLibrary library;
    private readonly DiagnosticBag diagnostics;
    private readonly Dictionary<LoadedModel, TokenizerFiles> files;

    private TokenizerPlanner(Recipe recipe, ModelSet models, ModelLibrary library, DiagnosticBag diagnostics)
    {
        this.recipe = recipe;
        this.models = models;
        this.library = library;
        this.diagnostics = diagnostics;
        files = models.All.ToDictionary(model => model, model => new TokenizerFiles(model.ToString(), model.Source.CompanionFiles));
    }

    /// <summary>Plans the output's tokenizer, and which files go with the model.</summary>
    /// <param name="recipe">The document.</param>
    /// <param name="models">Its models.</param>
    /// <param name="library">Gives a tokenizer of a model that is not merged.</param>
    /// <param name="copyTokenizer">Whether a recipe without tokenizer settings copies the tokenizer.</param>
    /// <param name="diagnostics">Receives warnings.</param>
    /// <exception cref="MergeException">A setting cannot be carried out.</exception>
    public static TokenizerPlan Plan(Recipe recipe, ModelSet models, ModelLibrary library, bool copyTokenizer, DiagnosticBag diagnostics)
    {
        var planner = new TokenizerPlanner(recipe, models, library, diagnostics);
        var source = recipe.TokenizerSource ?? recipe.Tokenizer?.Source;
        var plan = source is { } located ? planner.Make(located) : new TokenizerPlan(planner.Copied(copyTokenizer));
        return recipe.ChatTemplate is { } setting ? planner.WithTemplate(plan, setting) : plan;
    }

    private List<CompanionFile> Copied(bool copyTokenizer) =>
        [.. models.Primary.Source.CompanionFiles.Where(file => copyTokenizer || !CompanionNames.IsTokenizer(file.Name))];

    private TokenizerPlan Make(Located<TokenizerSource> source)
    {
        var tokenizers = new TokenizerSet(models, files, diagnostics);
        var folder = source.Value.Model is { } reference && !models.Contains(reference) ? library.TokenizerOf(reference) : null;
        var primary = tokenizers[models.Primary];
        var named = folder is not null ? TokenizerSet.Read(folder, source.Position)
            : source.Value.Model is { } merged ? tokenizers.Own(models[merged], source.Position)
            : tokenizers.Own(models.Primary, source.Position);
        var vocabulary = source.Value == TokenizerSource.Union ? VocabularyBuilder.Union(tokenizers.All, source.Position) : new OutputVocabulary(named);
        var settings = recipe.Tokenizer?.Tokens ?? [];
        VocabularyBuilder.AddTokens(vocabulary, settings);
        tokenizers.Check(settings);
        var embeddings = new TokenEmbeddings(models, tokenizers.ByModel, vocabulary, settings, recipe.Tokenizer?.PadToMultipleOf?.Value ?? 1);
        if (embeddings.WithoutEmbedding is { Count: > 0 } missing)
        {
            diagnostics.Warning(DiagnosticCode.TokensWithoutEmbedding, source.Position, missing.Count, string.Join(", ", missing.Take(3).Select(token => $"'{DisplayText.Of(token, DisplayText.Short)}'")));
        }

        var config = folder is not null ? folder.Config : source.Value.Model is { } other ? models[other].Config : null;
        var ids = new SpecialTokenIds(
            primary, vocabulary, embeddings.RowCount, ReferenceEquals(named, primary) ? null : config?.Json,
            (file, key, numbers) => diagnostics.Warning(DiagnosticCode.TokenIdsLeftOut, source.Position, key, file, models.Primary, numbers));
        return new TokenizerPlan([.. Others(ids), .. Written(vocabulary, source.Position)])
        {
            Embeddings = embeddings,
            TokenIds = ids,
            InputFiles = [.. files.Values.SelectMany(model => model.All).Concat(folder?.Files ?? []).Select(file => file.Path).OfType<string>()],
            Folder = folder?.Stored,
        };
    }

    private IReadOnlyList<CompanionFile> Written(OutputVocabulary vocabulary, SourcePosition position)
    {
        var writer = new TokenizerWriter(vocabulary);
        var written = TokenizerSet.At(position, writer.Write);
        if (writer.LeftOut.Count > 0)
        {
            diagnostics.Warning(DiagnosticCode.TokenizerPartsLeftOut, position, vocabulary.Origin.Files.Owner, string.Join(", ", writer.LeftOut));
        }

        return written;
    }

    /// <summary>The files of the primary model that are not its tokenizer's, with the output's token numbers.</summary>
    private IEnumerable<CompanionFile> Others(SpecialTokenIds ids)
    {
        foreach (var file in models.Primary.Source.CompanionFiles.Where(file => !CompanionNames.IsTokenizer(file.Name)))
        {
            if (file.Name == GenerationConfig && JsonFile.ParseObject(file.Path ?? file.Name, file.Read()) is var config && ids.Apply(file.Name, config))
            {
                yield return CompanionFile.Written(file.Name, PythonNumbers.Unquote(JsonText.Write(config)));
            }
            else
            {
                yield return file;
            }
        }
    }

    private TokenizerPlan WithTemplate(TokenizerPlan plan, Located<string> setting)
    {
        var template = ChatTemplate.IsAuto(setting) ? AutoTemplate(setting) : ChatTemplate.Of(setting);
        if (template is null)
        {
            return plan;
        }

        var written = plan.Files.Where(file => !ChatTemplate.IsFile(file.Name)).Select(file => file.Name == TokenizerFiles.Config ? WithTemplate(file, template) : file);
        return plan with
        {
            Files = [.. written, CompanionFile.Written(ChatTemplate.FileName, template)],
            InputFiles = ChatTemplate.IsAuto(setting) ? [.. plan.InputFiles, .. files.Values.SelectMany(model => model.All).Select(file => file.Path).OfType<string>()] : plan.InputFiles,
        };
    }

    private string? AutoTemplate(Located<string> setting)
    {
        var template = TokenizerSet.At(setting.Position, () => ChatTemplate.MostCommon(files.Values));
        if (template is null)
        {
            diagnostics.Warning(DiagnosticCode.ChatTemplateNotFound, setting.Position);
        }

        return template;
    }

    private static CompanionFile WithTemplate(CompanionFile file, string template)
    {
        JsonObject config = JsonFile.ParseObject(file.Path ?? file.Name, file.Read());
        ChatTemplate.Put(config, template);
        return CompanionFile.Written(file.Name, PythonNumbers.Unquote(JsonText.Write(config)));
    }
}
