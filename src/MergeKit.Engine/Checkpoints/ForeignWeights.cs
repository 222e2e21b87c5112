using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Says what a folder without a checkpoint that can be read holds instead.</summary>
internal static class ForeignWeights
{
    /// <summary>Whether a file is of GGUF format by its name.</summary>
    public static bool IsGguf(string name) => Path.GetExtension(name).Equals(".gguf", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the error for a model in GGUF format.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">Name of the file.</param>
    public static MergeException Gguf(string model, string file) => new(DiagnosticCode.WeightsAreGguf, null, model, DisplayText.Of(file));

    /// <summary>Refuses a model that has weights in GGUF format and in no other; most of those have no config.json to miss either.</summary>
    /// <param name="model">The model, for the message.</param>
    /// <param name="files">Names of its files.</param>
    /// <exception cref="MergeException">It has.</exception>
    public static void RefuseGguf(string model, IReadOnlyList<string> files)
    {
        if (files.FirstOrDefault(IsGguf) is { } gguf && !files.Any(file => WeightFormat.All.Any(format => format.Matches(file))))
        {
            throw Gguf(model, gguf);
        }
    }

    /// <summary>Makes the error for a folder in which nothing readable was found.</summary>
    public static MergeException Explain(string folder, List<string> names)
    {
        if (names.Find(IsGguf) is { } gguf)
        {
            return Gguf(folder, gguf);
        }

        return names.Find(name => WeightFormat.All.Any(format => format.AdapterFile == name)) is { } adapter
            ? new MergeException(DiagnosticCode.WeightsAreAdapter, null, folder, adapter)
            : new MergeException(
                DiagnosticCode.WeightsMissing,
                null,
                folder,
                "model.safetensors, model.safetensors.index.json, model-0000k-of-0000n.safetensors, a single *.safetensors of another name, pytorch_model.bin and its like");
    }
}
