using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>
/// What the documents of a recipe are to each other: the final merge is the one without a name, or else the last; the others are stages,
/// of which those that the final merge needs are made before it.
/// </summary>
internal sealed class StageOrder
{
    private readonly Dictionary<string, Recipe> named;
    private readonly DiagnosticBag diagnostics;
    private readonly List<Recipe> path = [];
    private readonly List<Recipe> done = [];

    private StageOrder(IReadOnlyList<Recipe> documents, DiagnosticBag diagnostics)
    {
        this.diagnostics = diagnostics;

        // A document on its own is no stage, whatever it calls itself: a model of that name is a folder.
        named = documents.Count == 1 ? [] : documents.Where(document => document.Name is not null).ToDictionary(NameOf, StringComparer.Ordinal);
        var final = documents.FirstOrDefault(document => document.Name is null) ?? documents[^1];
        Stages = [.. named.Where(stage => !ReferenceEquals(stage.Value, final)).Select(stage => stage.Key)];
        Visit(final);
        All = [.. done];
        foreach (var document in documents.Where(document => !ReferenceEquals(document, final)))
        {
            Check(document, final);
        }
    }

    /// <summary>The documents to plan, each after all that it needs; the final merge is the last.</summary>
    public IReadOnlyList<Recipe> All { get; }

    /// <summary>Names of all stages, needed or not.</summary>
    public IReadOnlyList<string> Stages { get; }

    /// <summary>Puts the documents of a recipe in order.</summary>
    /// <exception cref="MergeException">Stages need each other in a circle, or it is not clear which merge is the final one.</exception>
    public static StageOrder Of(IReadOnlyList<Recipe> documents, DiagnosticBag diagnostics)
    {
        var order = new StageOrder(documents, diagnostics);
        diagnostics.ThrowIfErrors();
        return order;
    }

    /// <summary>Whether a model's path means a stage.</summary>
    public bool IsStage(string path) => named.ContainsKey(path);

    /// <summary>A stage's name.</summary>
    public static string NameOf(Recipe stage) => stage.Name!.Value.Value;

    private void Check(Recipe document, Recipe final)
    {
        if (document.Name is not { } name)
        {
            diagnostics.Error(DiagnosticCode.SeveralFinalMerges, document.Position, final.Position.Line);
        }
        else if (!All.Contains(document, ReferenceEqualityComparer.Instance))
        {
            diagnostics.Warning(DiagnosticCode.StageNotUsed, name.Position, Display(document));
            Visit(document);
        }
    }

    /// <summary>Puts a document behind everything that it needs.</summary>
    private void Visit(Recipe document)
    {
        if (done.Contains(document, ReferenceEqualityComparer.Instance))
        {
            return;
        }

        path.Add(document);
        foreach (var (reference, position) in ModelSet.References(document).Concat(ModelSet.TokenizerReferences(document)).DistinctBy(located => located.Value.Path))
        {
            if (named.TryGetValue(reference.Path, out var stage))
            {
                var start = path.FindIndex(open => ReferenceEquals(open, stage));
                if (start >= 0)
                {
                    diagnostics.Error(DiagnosticCode.StageCycle, position, Cycle(path[start..]));
                }
                else
                {
                    Visit(stage);
                }
            }
        }

        path.RemoveAt(path.Count - 1);
        done.Add(document);
    }

    private static string Cycle(List<Recipe> stages)
    {
        const int Shown = 10;
        var names = stages.Take(Shown).Select(Display).Concat(stages.Count > Shown ? ["..."] : []).Append(Display(stages[0]));
        return string.Join(" → ", names);
    }

    private static string Display(Recipe stage) => DisplayText.Of(NameOf(stage), DisplayText.Short);
}
