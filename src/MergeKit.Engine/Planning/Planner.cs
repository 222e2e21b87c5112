using MergeKit.Engine.Caching;
using MergeKit.Engine.Devices;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>Makes a plan from a request: recipe, then headers, then stage by stage up to the final merge. Reads no tensor data.</summary>
internal static class Planner
{
    public static MergePlan Plan(MergeRequest request, CancellationToken cancellation)
    {
        var diagnostics = new DiagnosticBag();
        var stamps = new InputStamps();
        stamps.Add(StampedFile.Look(Path.GetFullPath(request.RecipePath)));
        var text = request.RecipeText ?? RecipeFile.ReadText(request.RecipePath, diagnostics);
        var documents = RecipeReader.Parse(text, request.RecipePath, diagnostics);
        var order = StageOrder.Of(documents, diagnostics);
        var methods = order.All.Select(recipe => RecipeValidator.Validate(recipe, diagnostics)).ToList();
        ThrowIfErrors(request, diagnostics);

        // Does not keep what is wrong with the models from being found, too.
        DeviceHost.Require(request, diagnostics);
        var library = ModelLibrary.Open(order, ModelResolver.For(request, order.Stages), request.LoraDType, stamps, diagnostics);
        try
        {
            var planner = new DocumentPlanner(library, stamps, diagnostics);
            var stages = PlanStages(request, order, methods, planner, library, cancellation);
            cancellation.ThrowIfCancellationRequested();
            return planner.PlanFinal(request, order.All[^1], methods[^1], documents.Count == 1 ? documents[0].Text : text.TrimStart('\ufeff'), stages);
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <summary>Reports a recipe that is wrong together with a device that is not there.</summary>
    private static void ThrowIfErrors(MergeRequest request, DiagnosticBag diagnostics)
    {
        if (diagnostics.HasErrors)
        {
            DeviceHost.Require(request, diagnostics);
            diagnostics.ThrowIfErrors();
        }
    }

    private static List<MergePlan> PlanStages(
        MergeRequest request, StageOrder order, List<MergeMethod> methods, DocumentPlanner planner, ModelLibrary library, CancellationToken cancellation)
    {
        var stages = new List<MergePlan>();
        for (var i = 0; i < methods.Count - 1; i++)
        {
            var recipe = order.All[i];
            cancellation.ThrowIfCancellationRequested();
            var name = StageOrder.NameOf(recipe);
            var stage = planner.PlanStage(StageRequest(request, name, order), recipe, methods[i]);
            library.Add(name, stage);
            stages.Add(stage);
        }

        return stages;
    }

    private static MergeRequest StageRequest(MergeRequest request, string name, StageOrder order)
    {
        var folder = Path.Combine(request.StateDirectory, "stages", StageFolder.NameOf(name, order.Stages));
        return request with { Name = name, OutputDirectory = Path.Combine(folder, "model"), StateDirectory = folder, WriteModelCard = false };
    }
}
