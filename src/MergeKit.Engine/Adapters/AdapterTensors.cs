using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Adapters;

/// <summary>An adapter's tensors by what they are for.</summary>
internal sealed class AdapterTensors
{
    private readonly SortedDictionary<string, Dictionary<AdapterRole, TensorSource>> modules = new(StringComparer.Ordinal);
    private readonly List<TensorSource> replacements = [];

    /// <summary>Sorts tensors.</summary>
    /// <param name="path">The file that they are in, for messages.</param>
    /// <param name="tensors">The tensors.</param>
    /// <exception cref="MergeException">Two tensors are for one thing.</exception>
    public AdapterTensors(string path, IEnumerable<TensorSource> tensors)
    {
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            if (AdapterTensorName.TryParse(tensor.Name) is not { } name)
            {
                replacements.Add(tensor);
                continue;
            }

            if (!modules.TryGetValue(name.Module, out var roles))
            {
                modules.Add(name.Module, roles = []);
            }

            if (!roles.TryAdd(name.Role, tensor))
            {
                throw new MergeException(DiagnosticCode.AdapterIncomplete, null, path, $"'{DisplayText.Of(roles[name.Role].Name)}' and '{DisplayText.Of(tensor.Name)}' are for the same thing");
            }
        }
    }

    /// <summary>The tensors that describe terms, by module and role, in ordinal order of the modules.</summary>
    public IReadOnlyDictionary<string, Dictionary<AdapterRole, TensorSource>> Modules => modules;

    /// <summary>The other tensors, each in the place of one of the base model, in ordinal order.</summary>
    public IReadOnlyList<TensorSource> Replacements => replacements;
}
