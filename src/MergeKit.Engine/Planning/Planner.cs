using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>Makes a plan from a request: recipe, then headers, then tensors, shards and configuration. Reads no tensor data.</summary>
internal static class Planner
{
    public static MergePlan Plan(MergeRequest request, CancellationToken cancellation)
    {
        var diagnostics = new DiagnosticBag();
        var recipe = ReadRecipe(request, diagnostics);
        var method = RecipeValidator.Validate(recipe, diagnostics);
        diagnostics.ThrowIfErrors();
        var recipeFolder = Path.GetDirectoryName(Path.GetFullPath(request.RecipePath))!;
        var models = ModelSet.Open(recipe, new ModelResolver(recipeFolder, request.ProjectDirectory), diagnostics);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            return Plan(request, recipe, method, models, diagnostics);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    private static Recipe ReadRecipe(MergeRequest request, DiagnosticBag diagnostics)
    {
        var stages = request.RecipeText is { } text
            ? RecipeReader.Parse(text, request.RecipePath, diagnostics)
            : RecipeReader.Read(request.RecipePath, diagnostics);
        return stages.Count == 1
            ? stages[0]
            : throw diagnostics.Fatal(DiagnosticCode.StagesNotSupported, stages[1].Position, stages.Count);
    }

    private static MergePlan Plan(MergeRequest request, Recipe recipe, MergeMethod method, ModelSet models, DiagnosticBag diagnostics)
    {
        CheckArchitectures(recipe, models, request.AllowCrimes, diagnostics);
        var names = new OutputNames(ModuleAssembly.Build(recipe, models), models.Primary.Index, diagnostics);
        var outputs = names.List();
        diagnostics.ThrowIfErrors();
        var tensorPlanner = new TensorPlanner(recipe, method, request.AllowCrimes, diagnostics);
        var tensors = outputs.Select(tensorPlanner.Plan).OfType<PlannedTensor>().ToList();
        tensorPlanner.Report();
        diagnostics.ThrowIfErrors();
        if (tensors.Count == 0)
        {
            throw diagnostics.Fatal(DiagnosticCode.NothingToWrite, recipe.Position);
        }

        var config = OutputConfig.Build(models.Primary, tensors, names.Layers, recipe.MergeMethod.Position, diagnostics);
        var companions = CompanionFiles.Find(models.Primary.Folder.Path, request.CopyTokenizer);
        return new MergePlan(request, recipe, method, models)
        {
            Shards = ShardPlanner.Divide(tensors, request.ShardSize),
            ConfigJson = config,
            CompanionFiles = companions,
            InputFiles = InputFiles(request, models, companions),
            Warnings = [.. diagnostics.Warnings],
        };
    }

    private static void CheckArchitectures(Recipe recipe, ModelSet models, bool allowCrimes, DiagnosticBag diagnostics)
    {
        var primary = models.Primary;
        foreach (var (reference, position) in ModelSet.References(recipe).DistinctBy(located => located.Value))
        {
            var model = models[reference];
            if (!allowCrimes && model.Folder.Config.ModelType != primary.Folder.Config.ModelType)
            {
                diagnostics.Error(DiagnosticCode.DifferentArchitectures, position, primary, Architecture(primary), model, Architecture(model));
            }

            if (model.Index.Stacks.Count == 0 && LayerCounts.In(model.Folder.Config.Json).Any())
            {
                diagnostics.Error(DiagnosticCode.NoLayerStack, position, $"model {model}");
            }
        }
    }

    private static string Architecture(LoadedModel model) => model.Folder.Config.ModelType is { } type ? $"'{DisplayText.Of(type)}'" : "not stated";

    private static string[] InputFiles(MergeRequest request, ModelSet models, IReadOnlyList<string> companions) =>
    [
        .. models.All.SelectMany(model => model.Checkpoint.Files.Append(model.Folder.Config.Path))
            .Concat(request.WriteModelCard ? models.All.Select(model => model.Folder.CardPath).Where(File.Exists) : [])
            .Concat(companions)
            .Append(Path.GetFullPath(request.RecipePath))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];
}
