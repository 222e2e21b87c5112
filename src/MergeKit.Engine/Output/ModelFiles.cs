using System.Security.Cryptography;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Output;

/// <summary>The files of a model folder whose weights are finished: what they hold and where it comes from.</summary>
internal sealed class ModelFiles
{
    private readonly Dictionary<string, FileDigest> digests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ShardWork> shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> texts;

    private ModelFiles(Dictionary<string, byte[]> texts, string fingerprint) => (this.texts, Fingerprint) = (texts, fingerprint);

    /// <summary>Hash of everything the model's bytes depend on.</summary>
    public string Fingerprint { get; }

    /// <summary>Names of the files, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. digests.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds the digests of all files and makes the texts.</summary>
    public static ModelFiles Of(MergePlan plan, MergeSession session, OutputFolder folder, PlanFingerprints fingerprints, IReadOnlyList<ShardWork> shards)
    {
        var texts = ModelTexts.Of(plan);
        foreach (var file in plan.CompanionFiles)
        {
            texts[file.Name] = file.Read();
        }

        var fingerprint = Output.Fingerprint.Of(plan, fingerprints, plan.CompanionFiles.Select(file => (file.Name, Sha256(texts[file.Name]))));
        var files = new ModelFiles(texts, fingerprint);
        files.AddShards(plan, session, folder, shards);
        foreach (var (name, text) in texts)
        {
            files.digests.Add(name, new FileDigest(name, text.Length, Sha256(text)));
        }

        files.AddText(Provenance.FileName, Provenance.Write(plan, InputDigest.List(plan, session.DigestOf), [.. files.digests.Values]));
        files.AddText(OutputManifest.FileName, OutputManifest.Write(fingerprint, files.digests.Values));
        return files;
    }

    /// <summary>SHA-256 of a file.</summary>
    public string DigestOf(string name) => digests[name].Sha256;

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

    /// <summary>What the next merge should know of a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">Where it is now.</param>
    public FileState StateOf(string name, string path) => new(
        name,
        FileStamp.TryRead(path) ?? default,
        DigestOf(name),
        shards.TryGetValue(name, out var shard)
            ? new ShardState(shard.Fingerprint, [.. shard.Tensors.Select(tensor => new TensorState(tensor.Tensor.Name, tensor.FileOffset, tensor.Fingerprint, tensor.Known!))])
            : null);

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private void AddText(string name, string text)
    {
        var bytes = texts[name] = System.Text.Encoding.UTF8.GetBytes(text);
        digests.Add(name, new FileDigest(name, bytes.Length, Sha256(bytes)));
    }

    private void AddShards(MergePlan plan, MergeSession session, OutputFolder folder, IReadOnlyList<ShardWork> finished)
    {
        // Read as the checkpoints they are, so that merges of this model will know its tensors.
        var written = finished.Where(shard => shard.IsWritten).Select(shard => SafetensorsFile.Open(folder.PathOf(shard.Planned.FileName))).ToList();
        try
        {
            var found = session.Digest(written, plan.Request.EffectiveThreads);
            foreach (var shard in finished)
            {
                var name = shard.Planned.FileName;
                shards.Add(name, shard);
                digests.Add(name, new FileDigest(name, shard.Planned.Layout.FileSize, shard.Sha256 ?? found[folder.PathOf(name)].Sha256));
            }
        }
        finally
        {
            written.ForEach(file => file.Dispose());
        }
    }
}
