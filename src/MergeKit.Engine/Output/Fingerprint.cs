using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>
/// Hash of everything the bytes of a model depend on: engine format, shards, every tensor's method, parameters, dtype and inputs, the
/// contents of the input tensors, and the texts that are written beside the weights.
/// </summary>
internal static class Fingerprint
{
    public static string Compute(MergePlan plan, IReadOnlyDictionary<TensorSource, string> digests)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"format {EngineVersion.Format}\nconfig {plan.ConfigJson}\nrecipe {plan.RecipeText}\ncard {Card(plan)}\n");
        foreach (var file in plan.CompanionFiles)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {Path.GetFileName(file)} {FileDigest(file)}\n");
        }

        foreach (var shard in plan.Shards)
        {
            text.Append(CultureInfo.InvariantCulture, $"shard {shard.FileName}\n");
            foreach (var tensor in shard.Tensors)
            {
                Describe(text, plan, tensor, digests);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What the model card says that neither the recipe nor the tensors do.</summary>
    private static string Card(MergePlan plan) => plan.Request.WriteModelCard ? $"{EngineVersion.Product} {plan.Request.Name} {ModelCard.CommonLicense(plan)}" : "none";

    private static void Describe(StringBuilder text, MergePlan plan, PlannedTensor tensor, IReadOnlyDictionary<TensorSource, string> digests)
    {
        var method = tensor.Method is { } merging ? FormattableString.Invariant($"{merging.Name} {merging.Version}{(merging.IsRandom ? FormattableString.Invariant($" seed {plan.Request.Seed}") : "")}") : "copy";
        text.Append(CultureInfo.InvariantCulture, $"tensor {tensor.Name} {tensor.Shape} {tensor.InputDType} {tensor.OutputDType} {method}");
        text.Append(CultureInfo.InvariantCulture, $" {Values(tensor.Parameters)}\n");
        foreach (var input in tensor.Inputs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {input.Model} {input.Source.Name} {input.Source.Shape} {digests[input.Source]} {Values(input.Parameters)}\n");
        }
    }

    private static string Values(Methods.ParameterValues values) =>
        string.Join(' ', values.Given.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Name}={value.Value}")));

    private static string FileDigest(string path) => FileErrors.WhenReading(path, () =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    });
}
