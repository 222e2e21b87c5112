using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Says which module of a recipe a tensor belongs to: the one whose name is a segment of the tensor's name (the first such segment);
/// of the others, output heads belong to the module that generates text, and the rest to a module called <c>default</c>.
/// </summary>
internal sealed class ModuleMap(IReadOnlyList<Module> modules)
{
    private const string Default = "default";

    /// <summary>Whether a tensor belongs to a module.</summary>
    public bool Contains(Module module, string tensorName) => Find(tensorName) == module;

    /// <summary>Reports modules without tensors and tensors without a module.</summary>
    /// <param name="primary">The tensors of the model that names the output's.</param>
    /// <param name="all">The tensors of all models.</param>
    /// <param name="diagnostics">Receives the errors.</param>
    public void Check(IEnumerable<string> primary, IEnumerable<string> all, DiagnosticBag diagnostics)
    {
        var owners = primary.ToLookup(Find);
        foreach (var module in modules.Where(module => module.Name is not null && !owners.Contains(module)))
        {
            var (name, position) = module.Name!.Value;
            var known = primary.Select(tensor => tensor.Split('.')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            diagnostics.Error(DiagnosticCode.ModuleUnknown, position, name, Suggestion.Sentence(name, known), string.Join(", ", known));
        }

        var orphans = all.Where(tensor => Find(tensor) is null).Order(StringComparer.Ordinal).ToList();
        if (orphans.Count > 0)
        {
            diagnostics.Error(DiagnosticCode.TensorInNoModule, modules[0].Name?.Position, orphans[0], orphans.Count);
        }
    }

    private Module? Find(string tensorName)
    {
        if (modules is [{ Name: null }])
        {
            return modules[0];
        }

        var isHead = TensorNames.IsHead(tensorName) || TensorNames.IsHeadBias(tensorName);
        return tensorName.Split('.').Select(Named).FirstOrDefault(module => module is not null)
            ?? (isHead ? Generator() : null)
            ?? Named(Default)
            ?? (TensorNames.IsBeforeLayers(tensorName) ? null : Generator());
    }

    private Module? Generator() => modules.FirstOrDefault(module => TensorNames.IsOfGenerator(module.Name!.Value.Value));

    private Module? Named(string name) => modules.FirstOrDefault(module => module.Name!.Value.Value == name);
}
