using System.Globalization;
using System.Text;
using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Output;

/// <summary>Hash of everything that a model depends on but its own provenance, which also names what turned out not to matter.</summary>
internal static class Fingerprint
{
    /// <summary>The fingerprint of a model, in lowercase hexadecimal.</summary>
    /// <param name="plan">The merge.</param>
    /// <param name="fingerprints">The fingerprints of its weights.</param>
    /// <param name="companions">Names and digests of the files that are copied.</param>
    public static string Of(MergePlan plan, PlanFingerprints fingerprints, IEnumerable<(string Name, string Sha256)> companions)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"format {EngineVersion.Format}\nconfig {plan.ConfigJson}\nrecipe {plan.RecipeText}\ncard {Card(plan)}\n");
        foreach (var (name, digest) in companions)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {name} {digest}\n");
        }

        foreach (var shard in plan.Shards)
        {
            text.Append(CultureInfo.InvariantCulture, $"shard {shard.FileName} {fingerprints[shard]}\n");
        }

        return Sha256Text.Of(text.ToString());
    }

    /// <summary>What the model card says that neither the recipe nor the tensors do.</summary>
    private static string Card(MergePlan plan) => plan.Request.WriteModelCard ? $"{EngineVersion.Product} {plan.Request.Name} {ModelCard.CommonLicense(plan)}" : "none";
}
