using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Output;

/// <summary>Writes a complete model folder from a plan and puts it in its place.</summary>
internal static class ModelWriter
{
    public static MergeResult Write(MergePlan plan, IMergeObserver? observer, CancellationToken cancellation)
    {
        using var folder = OutputFolder.Open(plan.Request.OutputDirectory);
        var stageWarnings = plan.Stages.SelectMany(stage => Write(stage, observer, cancellation).Warnings).ToList();
        var (fingerprint, warnings) = WriteWeights(plan, folder, observer, cancellation);
        var files = plan.Shards.Select(shard => shard.FileName).Concat(WriteCompanions(plan, folder)).ToList();
        folder.WriteText(OutputManifest.FileName, OutputManifest.Write(fingerprint, files));
        cancellation.ThrowIfCancellationRequested();
        folder.Publish();
        return new MergeResult(
            Path.GetFullPath(plan.Request.OutputDirectory),
            [.. files.Append(OutputManifest.FileName).Order(StringComparer.Ordinal)],
            plan.InputFiles,
            plan.Method,
            fingerprint,
            plan.OutputBytes,
            plan.ParameterCount,
            [.. stageWarnings, .. warnings]);
    }

    private static (string Fingerprint, IReadOnlyList<Diagnostic> Warnings) WriteWeights(
        MergePlan plan, OutputFolder folder, IMergeObserver? observer, CancellationToken cancellation)
    {
        var shards = new List<ShardFile>();
        try
        {
            // All files get their full size first, so that a full disk is noticed before hours of work.
            var writers = new Dictionary<PlannedTensor, TensorWriter>(ReferenceEqualityComparer.Instance);
            foreach (var planned in plan.Shards)
            {
                cancellation.ThrowIfCancellationRequested();
                var file = ShardFile.Create(folder.PathOf(planned.FileName), planned);
                shards.Add(file);
                foreach (var (tensor, placed) in planned.Tensors.Zip(planned.Layout.Tensors))
                {
                    writers.Add(tensor, (offset, bytes) => file.Write(placed.FileOffset + offset, bytes));
                }
            }

            var digests = ContentDigests.Of(plan, cancellation);
            var warnings = new MergeRun(plan, new TensorMerger(plan.Request, digests), writers, observer, cancellation).Execute();
            foreach (var shard in shards)
            {
                cancellation.ThrowIfCancellationRequested();
                shard.Flush();
            }

            return (Fingerprint.Compute(plan, digests), warnings);
        }
        finally
        {
            shards.ForEach(shard => shard.Dispose());
        }
    }

    private static List<string> WriteCompanions(MergePlan plan, OutputFolder folder)
    {
        var texts = new Dictionary<string, string>
        {
            ["config.json"] = plan.ConfigJson,
            ["mergekit_config.yml"] = plan.RecipeText,
        };
        if (plan.ShardCount > 1)
        {
            texts[ShardIndex.FileName] = ShardIndex.Write(plan);
        }

        if (plan.Request.WriteModelCard)
        {
            texts[ModelFolder.CardName] = ModelCard.Write(plan);
        }

        foreach (var (name, text) in texts)
        {
            folder.WriteText(name, text);
        }

        foreach (var file in plan.CompanionFiles)
        {
            folder.Copy(file);
        }

        return [.. texts.Keys, .. plan.CompanionFiles.Select(file => Path.GetFileName(file))];
    }
}
