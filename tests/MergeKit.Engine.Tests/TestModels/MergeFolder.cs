using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>A temporary project: models, a recipe beside them, and what the engine says about it.</summary>
internal sealed class MergeFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>The merged model.</summary>
    public string Output => folder["output/chat-math"];

    /// <summary>Path of a file or folder in it.</summary>
    public string this[string name] => folder[name];

    public MergeFolder Add(string name, TinyModel model)
    {
        model.Write(folder[Path.Combine("recipes", name)]);
        return this;
    }

    public MergeRequest Request(string recipe, bool allowCrimes = false) => new()
    {
        Name = "chat-math",
        RecipePath = folder["recipes/chat-math.yml"],
        RecipeText = recipe,
        ProjectDirectory = folder.Path,
        OutputDirectory = Output,
        StateDirectory = folder["state"],
        AllowCrimes = allowCrimes,
    };

    public MergePlan Plan(string recipe, bool allowCrimes = false) => Merger.Plan(Request(recipe, allowCrimes));

    /// <summary>Plans and merges; the output is in <see cref="Output"/>.</summary>
    public MergeResult Merge(string recipe, bool allowCrimes = false)
    {
        using var plan = Plan(recipe, allowCrimes);
        var result = Merger.Execute(plan);
        return result with { Warnings = [.. plan.Warnings, .. result.Warnings] };
    }

    /// <summary>Everything that planning reports, as users see it, with paths relative to this folder.</summary>
    public IReadOnlyList<string> Diagnose(string recipe, bool allowCrimes = false)
    {
        try
        {
            using var plan = Plan(recipe, allowCrimes);
            return [.. plan.Warnings.Select(Text)];
        }
        catch (MergeException e)
        {
            return [.. e.Diagnostics.Select(Text)];
        }
    }

    public void Dispose() => folder.Dispose();

    private string Text(Diagnostic diagnostic) => diagnostic.ToString().Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
}
