using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>
/// Finds the tensors in what a file holds: a dictionary of names and tensors, or a dictionary with such a one as its only entry, under
/// <c>state_dict</c> or <c>model</c>. Single values beside tensors (a step, a version) are no weights and are left out; dictionaries
/// and lists beside them may hold weights and are an error.
/// </summary>
internal static class StateDict
{
    private static readonly string[] Wrappers = ["state_dict", "model"];

    /// <summary>The tensors in the order of the dictionary.</summary>
    /// <exception cref="MergeException">There is no such dictionary, or a name is there twice or too long, or there are too many.</exception>
    public static IReadOnlyList<(string Name, PickleTensor Tensor)> Read(string path, object? root)
    {
        var dictionary = root as PickleDict ?? throw Invalid(path, "something that is no dictionary");
        if (dictionary.Items is [(string wrapper, PickleDict inner)] && Wrappers.Contains(wrapper))
        {
            dictionary = inner;
        }

        TensorLimits.RequireCount(path, dictionary.Items.Count);
        var tensors = new List<(string Name, PickleTensor Tensor)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in dictionary.Items)
        {
            var name = key as string ?? throw Invalid(path, "a dictionary with a key that is no text");
            TensorLimits.RequireName(path, name);
            if (!names.Add(name))
            {
                throw Invalid(path, $"'{DisplayText.Of(name)}' twice");
            }

            if (value is PickleTensor tensor)
            {
                tensors.Add((name, tensor));
            }
            else if (value is PickleDict or PickleList or PickleTuple or PickleStorage)
            {
                throw Invalid(path, $"a dictionary whose '{DisplayText.Of(name)}' is no tensor");
            }
        }

        return tensors.Count > 0 ? tensors : throw Invalid(path, "a dictionary without tensors");
    }

    private static MergeException Invalid(string path, string found) => new(DiagnosticCode.StateDictInvalid, null, path, found);
}
