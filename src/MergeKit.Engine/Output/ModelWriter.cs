using System.Text.Json;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>
/// Makes a model folder from a plan: finds out what is there already, computes the rest beside the folder, and puts the whole in its place.
/// A folder that is as it should be is not touched.
/// </summary>
internal sealed class ModelWriter
{
    private readonly MergePlan plan;
    private readonly MergeSession session;
    private readonly OutputFolder folder;

    private ModelWriter(MergePlan plan, MergeSession session, OutputFolder folder) => (this.plan, this.session, this.folder) = (plan, session, folder);

    /// <summary>Makes the model of a plan, and first the models of the stages whose tensors it needs.</summary>
    public static MergeResult Write(MergePlan plan, MergeSession session)
    {
        using var folder = OutputFolder.Open(plan.Request.OutputDirectory, path => session.Observer?.Waiting(path), session.Cancellation);
        return new ModelWriter(plan, session, folder).Write();
    }

    private MergeResult Write()
    {
        var fingerprints = new PlanFingerprints(plan, session.Digests);
        using var former = FormerModel.Find(plan.Request, session.DigestOf);
        var unfinished = StagedShards.FindUnfinished(folder, plan.Shards);
        var shards = plan.Shards.Select(shard => Fetch(WorkPlanner.Decide(shard, fingerprints, former, unfinished.GetValueOrDefault(shard.FileName)))).ToList();
        MakeStages(shards);
        session.Observer?.Starting(WorkSummary.Of(plan, shards, former));
        var (finished, written) = WriteShards(shards, unfinished, former);
        var warnings = Warnings(finished);
        var files = ModelFiles.Of(plan, session, fingerprints, finished, written);
        plan.RequireUnchangedInputs();
        Share(Publish(files, former), finished);
        return new MergeResult(
            Path.GetFullPath(plan.Request.OutputDirectory), files.Names, plan.InputFiles, plan.Method, files.Fingerprint, plan.OutputBytes, plan.ParameterCount, warnings);
    }

    /// <summary>Puts the files in their place, unless they are there, and remembers them.</summary>
    private ModelState Publish(ModelFiles files, FormerModel former)
    {
        var isPresent = files.AreThoseOf(former);
        if (!isPresent)
        {
            files.WriteTo(folder);
        }

        // Before the files are in their place: a kill in between is as good as one after.
        var state = isPresent ? files.StateIn(former) : files.StateIn(folder);
        var isRemembered = Remember(() => state.WriteNext(plan.Request));
        session.Cancellation.ThrowIfCancellationRequested();
        if (isPresent)
        {
            folder.KeepPresent();
        }
        else
        {
            folder.Publish();
        }

        if (isRemembered)
        {
            Remember(() => ModelState.Commit(plan.Request));
        }

        return state;
    }

    /// <summary>Takes a file that is to be written from the cache, if it is there.</summary>
    private ShardWork Fetch(ShardWork shard)
    {
        if (session.Cache is null || !shard.IsWanted)
        {
            return shard;
        }

        var place = folder.FetchedPathOf(shard.Planned.FileName);
        CacheFiles.TryDelete(place);
        return session.Cache.TryFetch(shard.Fingerprint, place, session.Cancellation) is { } cached ? shard.From(place, cached) ?? shard : shard;
    }

    private void MakeStages(IEnumerable<ShardWork> shards)
    {
        foreach (var stage in WorkPlanner.StagesFor(shards))
        {
            session.Make(stage);
        }
    }

    /// <summary>Writes the files that are not finished; gives back all with what is known of their tensors now, and the written ones by name.</summary>
    private (List<ShardWork> All, IReadOnlyDictionary<string, FinishedShard> Written) WriteShards(List<ShardWork> shards, IReadOnlyDictionary<string, JournalShard> unfinished, FormerModel former)
    {
        var tensors = shards.Where(shard => shard.IsWritten).SelectMany(shard => shard.Tensors).Where(tensor => !tensor.IsInPlace).ToList();
        using var staged = StagedShards.Open(folder, shards, unfinished, session.Cancellation);
        var merger = new TensorMerger(plan.Request.Seed, session.Digests);
        void RequireUnchanged()
        {
            MergeSession.RequireUnchangedWeights(plan);
            former.RequireUnchanged();
        }

        var reports = new MergeRun(plan.Request, tensors, merger, session.Backend, staged, RequireUnchanged, session.Observer, session.Cancellation).Execute();
        var written = staged.Complete();
        former.Dispose();
        return (shards.ConvertAll(shard => shard with { Tensors = [.. shard.Tensors.Select(tensor => reports.TryGetValue(tensor, out var report) ? tensor with { Known = report } : tensor)] }), written);
    }

    /// <summary>What the tensors' data gives reason to say, in the order of their names.</summary>
    /// <exception cref="MergeException">A tensor's data is an error; every such tensor is named.</exception>
    private IReadOnlyList<Diagnostic> Warnings(List<ShardWork> finished)
    {
        var diagnostics = new DiagnosticBag();
        diagnostics.AddRange(finished.SelectMany(shard => shard.Tensors).OrderBy(tensor => tensor.Tensor.Name, StringComparer.Ordinal)
            .SelectMany(tensor => TensorFindings.Of(plan.Request, tensor.Tensor, tensor.Known!)));
        diagnostics.ThrowIfErrors();
        return diagnostics.Diagnostics;
    }

    /// <summary>Keeps something for the next merge. That it will have to do everything anew is no reason to fail.</summary>
    private bool Remember(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (FileErrors.Is(e))
        {
            session.Warn(Diagnostic.Warning(DiagnosticCode.MergeNotRemembered, null, plan.Request.Name, plan.Request.StateDirectory, e.Message.TrimEnd('.')));
            return false;
        }
    }

    /// <summary>Tells merges of this model the digests of its files, and other projects where finished weights are.</summary>
    private void Share(ModelState state, List<ShardWork> shards)
    {
        var files = state.Files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        foreach (var shard in shards)
        {
            var (path, file) = (Path.Combine(plan.Request.OutputDirectory, shard.Planned.FileName), files[shard.Planned.FileName]);
            session.Memory.Remember(path, file.Stamp, file.Sha256);
            if (shard.IsWritten)
            {
                session.Cache?.Store(shard.Fingerprint, path, file.Sha256, JsonSerializer.Serialize(shard.Tensors.Select(tensor => tensor.Known)), session.Cancellation);
            }
        }
    }
}
