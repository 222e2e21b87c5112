using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;
using MergeKit.Engine.Tokenizers;

namespace MergeKit.Engine.Planning;

/// <summary>Plans one document of a recipe: tensors, shards and configuration.</summary>
/// <param name="library">The models on disk, and the stages that are planned already.</param>
/// <param name="stamps">What the inputs were like before they were read.</param>
/// <param name="diagnostics">Receives warnings, and all errors before they are thrown.</param>
internal sealed class DocumentPlanner(ModelLibrary library, InputStamps stamps, DiagnosticBag diagnostics)
{
    /// <summary>Plans a stage, which shows no recipe but its own document, so that it stays as it is when others change.</summary>
    public MergePlan PlanStage(MergeRequest request, Recipe recipe, MergeMethod method) =>
        Plan(request, recipe, method, recipe.Text, [], diagnostics.Warnings.Count(), null);

    /// <summary>Plans the final merge; its plan has all warnings and closes the models.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="recipe">The final merge's document.</param>
    /// <param name="method">Its method.</param>
    /// <param name="recipeText">The recipe with all documents.</param>
    /// <param name="stages">The plans of the stages in order.</param>
    public MergePlan PlanFinal(MergeRequest request, Recipe recipe, MergeMethod method, string recipeText, IReadOnlyList<MergePlan> stages) =>
        Plan(request, recipe, method, recipeText, stages, 0, library);

    private MergePlan Plan(
        MergeRequest request, Recipe recipe, MergeMethod method, string recipeText, IReadOnlyList<MergePlan> stages, int firstWarning, ModelLibrary? owned)
    {
        var models = new ModelSet(recipe, library);
        CheckArchitectures(recipe, models, request.AllowCrimes);
        var names = new OutputNames(ModuleAssembly.Build(recipe, models), models.Primary.Index, diagnostics);
        var tokenizer = PlanTokenizer(request, recipe, models);
        var tensors = PlanTensors(request, recipe, method, names, tokenizer.Embeddings);
        var config = OutputConfig.Build(models.Primary, tensors, names.Layers, tokenizer, recipe.MergeMethod.Position, diagnostics);
        var folders = InputFolders(stages, models, tokenizer);
        var output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.OutputDirectory));
        if (folders.Any(folder => folder.Folder == output))
        {
            throw diagnostics.Fatal(DiagnosticCode.OutputIsInput, recipe.Position, output);
        }

        var inputs = InputFiles(request, folders, [.. tokenizer.InputFiles, .. stages.SelectMany(stage => stage.InputFiles), .. tokenizer.Files.Select(file => file.Path).OfType<string>()]);
        return new MergePlan(request, recipe, method, models, owned)
        {
            RecipeText = recipeText,
            Stages = stages,
            InputFolders = folders,
            Shards = ShardPlanner.Divide(tensors, request.ShardSize),
            ConfigJson = config,
            CompanionFiles = tokenizer.Files,
            InputFiles = inputs,

            // A recipe without a file of its own stands in the request.
            InputStamps = stamps.Of(inputs.Where(file => request.RecipeText is null || file != Path.GetFullPath(request.RecipePath))),
            Warnings = [.. diagnostics.Warnings.Skip(firstWarning)],
        };
    }

    private TokenizerPlan PlanTokenizer(MergeRequest request, Recipe recipe, ModelSet models)
    {
        try
        {
            var plan = TokenizerPlanner.Plan(recipe, models, library, request.CopyTokenizer, diagnostics);
            if (models.Primary.Source.Stage is null && plan.Files.Where(file => CustomCode.IsCode(file.Name)).Select(file => file.Name).ToList() is { Count: > 0 } code)
            {
                diagnostics.Warning(DiagnosticCode.CustomCodeCopied, models.PositionOf(models.Primary), models.Primary, string.Join(", ", code));
            }

            ReportLeftFiles(request, recipe, models, plan);
            return plan;
        }
        catch (MergeException e)
        {
            diagnostics.AddRange(e.Diagnostics);
            diagnostics.ThrowIfErrors();
            throw;
        }
    }

    private void ReportLeftFiles(MergeRequest request, Recipe recipe, ModelSet models, TokenizerPlan plan)
    {
        var (primary, source) = (models.Primary, recipe.TokenizerSource ?? recipe.Tokenizer?.Source);
        var wantsTokenizer = source is { } setting ? setting.Value.Model is null : request.CopyTokenizer;
        var left = primary.Source.UncopiedFiles.Where(file => wantsTokenizer || !file.IsTokenizer).Select(file => DisplayText.Of(file.Name, DisplayText.Short)).ToList();
        if (left.Count > 0)
        {
            diagnostics.Warning(DiagnosticCode.FilesNotCopied, models.PositionOf(primary), primary, string.Join(", ", left));
        }

        if (wantsTokenizer && !CompanionNames.HaveTokenizer(plan.Files.Select(file => file.Name))
            && models.All.FirstOrDefault(model => CompanionNames.HaveTokenizer(model.Source.CompanionFiles.Select(file => file.Name))) is { } other)
        {
            diagnostics.Warning(DiagnosticCode.TokenizerElsewhere, models.PositionOf(primary), primary, other);
        }
    }

    private List<PlannedTensor> PlanTensors(MergeRequest request, Recipe recipe, MergeMethod method, OutputNames names, TokenEmbeddings? embeddings)
    {
        var outputs = names.List();
        diagnostics.ThrowIfErrors();
        var planner = new TensorPlanner(recipe, method, embeddings, request.AllowCrimes, diagnostics);
        var tensors = outputs.Select(planner.Plan).OfType<PlannedTensor>().ToList();
        planner.Report();
        diagnostics.ThrowIfErrors();
        return tensors.Count > 0 ? tensors : throw diagnostics.Fatal(DiagnosticCode.NothingToWrite, recipe.Position);
    }

    private void CheckArchitectures(Recipe recipe, ModelSet models, bool allowCrimes)
    {
        var primary = models.Primary;
        foreach (var (reference, position) in ModelSet.References(recipe).DistinctBy(located => located.Value))
        {
            var model = models[reference];
            if (!allowCrimes && !model.Config.IsArchitectureOf(primary.Config) && !primary.Config.IsArchitectureOf(model.Config))
            {
                diagnostics.Error(DiagnosticCode.DifferentArchitectures, position, primary, Architecture(primary), model, Architecture(model));
            }

            if (model.Index.Stacks.Count == 0 && LayerCounts.In(model.Config.Json).Any())
            {
                diagnostics.Error(DiagnosticCode.NoLayerStack, position, $"model {model}");
            }

            if (model.Index.LeftOut is { Count: > 0 } leftOut)
            {
                diagnostics.Warning(DiagnosticCode.PartLeftOut, position, model, primary, leftOut.Count, DisplayText.Of(leftOut[0]));
            }
        }
    }

    private static string Architecture(LoadedModel model) => model.Config.ModelType is { } type ? $"'{DisplayText.Of(type)}'" : "not stated";

    private static IReadOnlyList<IInputFolder> InputFolders(IReadOnlyList<MergePlan> stages, ModelSet models, TokenizerPlan tokenizer) =>
    [
        .. stages.SelectMany(stage => stage.InputFolders)
            .Concat(models.All.SelectMany(model => model.Source.Folders))
            .Concat(tokenizer.Folder is { } folder ? [folder] : [])
            .Distinct(),
    ];

    private static string[] InputFiles(MergeRequest request, IReadOnlyList<IInputFolder> folders, IEnumerable<string> companions) =>
    [
        .. folders.SelectMany(folder => folder.Files)
            .Concat(request.WriteModelCard ? folders.OfType<IWeightsFolder>().Select(folder => folder.CardPath).Where(File.Exists) : [])
            .Concat(companions)
            .Append(Path.GetFullPath(request.RecipePath))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];
}
