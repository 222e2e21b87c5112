using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>
/// Hash of everything the bytes of a model depend on: engine format, shards, every tensor's method, parameters, dtype and inputs, the
/// contents of the input files, and the texts that are written beside the weights.
/// </summary>
internal static class Fingerprint
{
    public static string Compute(MergePlan plan, CancellationToken cancellation)
    {
        var digests = FileDigests(plan, cancellation);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"format {EngineVersion.Format}\nconfig {plan.ConfigJson}\nrecipe {plan.Recipe.Text}\ncard {Card(plan)}\n");
        foreach (var file in plan.CompanionFiles)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {Path.GetFileName(file)} {digests[file]}\n");
        }

        foreach (var shard in plan.Shards)
        {
            text.Append(CultureInfo.InvariantCulture, $"shard {shard.FileName}\n");
            foreach (var tensor in shard.Tensors)
            {
                Describe(text, plan, tensor);
            }
        }

        foreach (var model in plan.Models.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"model {model}\n");
            text.AppendJoin('\n', model.Checkpoint.Files.Select(file => digests[file])).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What the model card says that neither the recipe nor the tensors do.</summary>
    private static string Card(MergePlan plan) => plan.Request.WriteModelCard ? $"{EngineVersion.Product} {plan.Request.Name} {ModelCard.CommonLicense(plan)}" : "none";

    private static void Describe(StringBuilder text, MergePlan plan, PlannedTensor tensor)
    {
        var method = tensor.Method is { } merging ? FormattableString.Invariant($"{merging.Name} {merging.Version}{(merging.IsRandom ? FormattableString.Invariant($" seed {plan.Request.Seed}") : "")}") : "copy";
        text.Append(CultureInfo.InvariantCulture, $"tensor {tensor.Name} {tensor.Shape} {tensor.InputDType} {tensor.OutputDType} {method}");
        text.Append(CultureInfo.InvariantCulture, $" {Values(tensor.Parameters)}\n");
        foreach (var input in tensor.Inputs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {input.Model} {input.Source.Name} {input.Source.Shape} {Values(input.Parameters)}\n");
        }
    }

    private static string Values(Methods.ParameterValues values) =>
        string.Join(' ', values.Given.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Name}={value.Value}")));

    private static Dictionary<string, string> FileDigests(MergePlan plan, CancellationToken cancellation)
    {
        var files = plan.Models.All.SelectMany(model => model.Checkpoint.Files).Concat(plan.CompanionFiles).Distinct(StringComparer.Ordinal).ToArray();
        var digests = new string[files.Length];
        WorkerThreads.Run(Math.Min(plan.Request.EffectiveThreads, files.Length), files.Length, (_, i) => digests[i] = Digest(files[i], cancellation));
        return files.Zip(digests).ToDictionary(StringComparer.Ordinal);
    }

    private static string Digest(string path, CancellationToken cancellation) => InputFile.Guard(path, () =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });
}
