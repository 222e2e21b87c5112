using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Says what a folder without a checkpoint that can be read holds instead.</summary>
internal static class ForeignWeights
{
    /// <summary>Makes the error for a folder in which nothing readable was found.</summary>
    public static MergeException Explain(string folder, List<string> names)
    {
        if (names.Find(name => Path.GetExtension(name) == ".gguf") is { } gguf)
        {
            return new MergeException(DiagnosticCode.WeightsAreGguf, null, folder, DisplayText.Of(gguf));
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
