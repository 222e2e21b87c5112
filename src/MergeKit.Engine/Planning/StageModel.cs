using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Planning;

/// <summary>A stage as a model for later ones. Its plan fixes everything about it but the bytes, so that merges of it can be planned before it is made.</summary>
internal sealed class StageModel : IModelSource
{
    private readonly List<Lazy<CheckpointFile>> files = [];
    private readonly Dictionary<string, TensorSource> tensors = new(StringComparer.Ordinal);

    public StageModel(MergePlan plan)
    {
        Stage = plan;
        var folder = Path.GetFullPath(plan.Request.OutputDirectory);
        Config = ModelConfig.Parse(Path.Combine(folder, "config.json"), plan.ConfigJson);
        foreach (var shard in plan.Shards)
        {
            var file = new Lazy<CheckpointFile>(() => CheckpointFile.Open(Path.Combine(folder, shard.FileName)));
            files.Add(file);
            foreach (var (planned, placed) in shard.Tensors.Zip(shard.Layout.Tensors))
            {
                tensors.Add(planned.Name, new StageTensor(planned, plan.Request.Seed, file, placed.FileOffset));
            }
        }
    }

    public IReadOnlyList<IWeightsFolder> Folders => [];

    public MergePlan Stage { get; }

    public ModelConfig Config { get; }

    public IReadOnlyDictionary<string, TensorSource> Tensors => tensors;

    public IReadOnlyList<CompanionFile> CompanionFiles => Stage.CompanionFiles;

    /// <summary>None: what was left behind is a matter of the stage's own plan.</summary>
    public IReadOnlyList<UncopiedFile> UncopiedFiles => [];

    public void RequireUnchanged()
    {
        foreach (var file in files.Where(file => file.IsValueCreated))
        {
            file.Value.RequireUnchanged();
        }
    }

    public void Dispose()
    {
        foreach (var file in files.Where(file => file.IsValueCreated))
        {
            file.Value.Dispose();
        }
    }
}
