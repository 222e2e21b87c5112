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
        // A device that is not there does not keep what else is wrong from being found, wherever planning ends.
        var device = new DiagnosticBag();
        DeviceHost.Require(request, device);
        var plan = PlanRecipe(request, device.Diagnostics, cancellation);
        if (device.HasErrors)
        {
            plan.Dispose();
            device.ThrowIfErrors();
        }

        return plan;
    }

    private static MergePlan PlanRecipe(MergeRequest request, IReadOnlyList<Diagnostic> others, CancellationToken cancellation)
    {
        try
        {
            return PlanRecipe(request, cancellation);
        }
        catch (MergeException e) when (others.Count > 0)
        {
            throw new MergeException([.. others, .. e.Diagnostics], e);
        }
    }

    private static MergePlan PlanRecipe(MergeRequest request, CancellationToken cancellation)
    {
        var diagnostics = new DiagnosticBag();
        var stamps = new InputStamps();
        stamps.Add(StampedFile.Look(Path.GetFullPath(request.RecipePath)));
        var text = request.RecipeText ?? RecipeFile.ReadText(request.RecipePath, diagnostics);
        var documents = RecipeReader.Parse(text, request.RecipePath, diagnostics);
        var order = StageOrder.Of(documents, diagnostics);
        var methods = order.All.Select(recipe => RecipeValidator.Validate(recipe, diagnostics)).ToList();
        diagnostics.ThrowIfErrors();
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
