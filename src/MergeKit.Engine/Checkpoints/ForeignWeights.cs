using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Says what a folder without a safetensors checkpoint holds instead.</summary>
internal static class ForeignWeights
{
    /// <summary>The file of a LoRA adapter, which is no model by itself.</summary>
    public const string AdapterFile = "adapter_model.safetensors";

    /// <summary>The file of a LoRA adapter that was saved as a pickle.</summary>
    public const string AdapterPickle = "adapter_model.bin";

    private static readonly string[] PickleExtensions = [".bin", ".pt", ".pth"];

    /// <summary>Beginnings of names that trainers give to pickles that are not weights.</summary>
    private static readonly string[] TrainerFiles = ["training_args", "optimizer", "scheduler", "rng_state", "scaler"];

    /// <summary>Makes the error for a folder in which nothing readable was found.</summary>
    public static MergeException Explain(string folder, List<string> names)
    {
        if (names.Find(IsPickle) is { } pickle)
        {
            return new MergeException(DiagnosticCode.WeightsArePickle, null, folder, DisplayText.Of(pickle));
        }

        if (names.Find(name => Path.GetExtension(name) == ".gguf") is { } gguf)
        {
            return new MergeException(DiagnosticCode.WeightsAreGguf, null, folder, DisplayText.Of(gguf));
        }

        return names.Contains(AdapterFile)
            ? new MergeException(DiagnosticCode.WeightsAreAdapter, null, folder, AdapterFile)
            : new MergeException(
                DiagnosticCode.WeightsMissing,
                null,
                folder,
                "model.safetensors, model.safetensors.index.json, model-0000k-of-0000n.safetensors, a single *.safetensors of another name");
    }

    private static bool IsPickle(string name) =>
        PickleExtensions.Contains(Path.GetExtension(name))
        && !TrainerFiles.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
