using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// Recognises weights that are stored as codes and scales where config.json does not say so: AutoGPTQ and AutoAWQ kept their settings in files of
/// their own before transformers had a place for them, and the names of their tensors tell the same.
/// </summary>
internal static class QuantizedWeights
{
    private const string Codes = ".qweight";

    private static readonly (string File, string Method)[] Settings = [("quantize_config.json", "GPTQ"), ("quant_config.json", "AWQ")];

    private static readonly string[] Companions = [".qzeros", ".scales"];

    /// <summary>Refuses a model that has the settings of a quantization beside its weights.</summary>
    /// <param name="model">The model, for the message.</param>
    /// <param name="files">Names of its files.</param>
    /// <exception cref="MergeException">It has.</exception>
    public static void RefuseFiles(string model, IReadOnlyCollection<string> files)
    {
        if (Array.Find(Settings, settings => files.Contains(settings.File)) is { File: { } file } found)
        {
            throw Refusal(model, $"{file} is a file of {found.Method}", file);
        }
    }

    /// <summary>Refuses weights whose tensors are codes and scales.</summary>
    /// <param name="model">The model, for the message.</param>
    /// <param name="tensors">The tensors.</param>
    /// <exception cref="MergeException">They are.</exception>
    public static void RefuseTensors(string model, IReadOnlyDictionary<string, TensorSource> tensors)
    {
        foreach (var name in tensors.Keys.Where(name => name.EndsWith(Codes, StringComparison.Ordinal)))
        {
            if (Array.Find(Companions, companion => tensors.ContainsKey(name[..^Codes.Length] + companion)) is { } scales)
            {
                throw Refusal(model, $"'{DisplayText.Of(name)}' stands beside '{scales[1..]}', as GPTQ and AWQ store them", null);
            }
        }
    }

    /// <summary>Makes the error for a quantized model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sign">What tells that it is quantized.</param>
    /// <param name="settings">What says so wrongly if it is not; null where tensors say it themselves.</param>
    public static MergeException Refusal(string model, string sign, string? settings) => new(
        DiagnosticCode.WeightsAreQuantized, null, model, sign, settings is null ? "" : $" If the weights are not quantized after all, remove {settings}.");
}
