using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Output;

/// <summary>The files of a model folder whose weights are finished: what they hold and where it comes from.</summary>
internal sealed class ModelFiles
{
    private readonly Dictionary<string, FileDigest> digests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ShardWork> shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileStamp> stamps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> texts;

    private ModelFiles(Dictionary<string, byte[]> texts, string fingerprint) => (this.texts, Fingerprint) = (texts, fingerprint);

    /// <summary>Hash of everything the model's bytes depend on.</summary>
    public string Fingerprint { get; }

    /// <summary>Names of the files, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. digests.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds the digests of all files and makes the texts.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="session">Knows the digests of the inputs.</param>
    /// <param name="fingerprints">What the weights depend on.</param>
    /// <param name="shards">The files with weights.</param>
    /// <param name="written">Those of them that this merge has written, by name.</param>
    public static ModelFiles Of(
        MergePlan plan, MergeSession session, PlanFingerprints fingerprints, IReadOnlyList<ShardWork> shards, IReadOnlyDictionary<string, FinishedShard> written)
    {
        var texts = ModelTexts.Of(plan);
        foreach (var file in plan.CompanionFiles)
        {
            texts[file.Name] = file.Read();
        }

        var fingerprint = Output.Fingerprint.Of(plan, fingerprints, plan.CompanionFiles.Select(file => (file.Name, Sha256Text.Of(texts[file.Name]))));
        var files = new ModelFiles(texts, fingerprint);
        files.AddShards(shards, written);
        foreach (var (name, text) in texts)
        {
            files.digests.Add(name, new FileDigest(name, text.Length, Sha256Text.Of(text)));
        }

        files.AddText(Provenance.FileName, Provenance.Write(plan, session.Backend.Version, InputDigest.List(plan, session.DigestOf), [.. files.digests.Values]));
        files.AddText(OutputManifest.FileName, OutputManifest.Write(fingerprint, files.digests.Values));
        return files;
    }

    /// <summary>Whether a model's folder holds these files, and holds them as they were written.</summary>
    public bool AreThoseOf(FormerModel former) => digests.Values.All(file => former.File(file.Name)?.Sha256 == file.Sha256);

    /// <summary>Puts everything that is not there yet into the staging folder.</summary>
    public void WriteTo(OutputFolder folder)
    {
        foreach (var (name, shard) in shards.Where(shard => shard.Value.Finished is not null))
        {
            folder.Place(shard.Finished!, name);
        }

        foreach (var (name, text) in texts)
        {
            folder.Write(name, text);
        }
    }

    /// <summary>What the next merge should know of the files, if they are in the staging folder.</summary>
    public ModelState StateIn(OutputFolder folder) => StateWith(name => stamps.GetValueOrDefault(name, FileStamp.TryRead(folder.PathOf(name)) ?? default));

    /// <summary>What the next merge should know of the files, if they are <see cref="AreThoseOf">those of</see> the former model.</summary>
    public ModelState StateIn(FormerModel former) => StateWith(name => former.File(name)!.Stamp);

    private ModelState StateWith(Func<string, FileStamp> stampOf) =>
        new([.. Names.Select(name => new FileState(name, stampOf(name), digests[name].Sha256, shards.TryGetValue(name, out var shard) ? StateOf(shard) : null))]);

    private static ShardState StateOf(ShardWork shard) =>
        new(shard.Fingerprint, [.. shard.Tensors.Select(tensor => new TensorState(tensor.Tensor.Name, tensor.FileOffset, tensor.Fingerprint, tensor.Known!))]);

    private void AddText(string name, string text)
    {
        var bytes = texts[name] = System.Text.Encoding.UTF8.GetBytes(text);
        digests.Add(name, new FileDigest(name, bytes.Length, Sha256Text.Of(bytes)));
    }

    private void AddShards(IReadOnlyList<ShardWork> all, IReadOnlyDictionary<string, FinishedShard> written)
    {
        foreach (var shard in all)
        {
            var name = shard.Planned.FileName;
            var content = shard.Finished ?? written[name];
            shards.Add(name, shard);
            stamps.Add(name, content.Stamp);
            digests.Add(name, new FileDigest(name, shard.Planned.Layout.FileSize, content.Sha256));
        }
    }
}
