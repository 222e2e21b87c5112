using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Hub;

/// <summary>The user's cache of Hugging Face models, read in place.</summary>
/// <param name="settings">Where it is.</param>
internal sealed class HubCache(HubSettings settings)
{
    private readonly HubListings listings = UserCache.ListingsIn(settings.NotesDirectory);

    /// <summary>Looks for a repository and for the files that are needed of it.</summary>
    /// <param name="name">The repository, <c>organisation/model</c>.</param>
    /// <param name="revision">Branch, tag or commit, which may be abbreviated; null for the default branch.</param>
    /// <param name="content">What it is used as.</param>
    /// <exception cref="MergeException">The revision means several commits, or a file of the cache cannot be read.</exception>
    public HubLookup Look(string name, string? revision, HubContent content)
    {
        var repository = new HubRepository(settings, name);
        var wanted = revision ?? HubRepository.DefaultRevision;
        if (repository.Find(wanted) is not { } snapshot)
        {
            var nothing = Directory.Exists(repository.Folder) ? $"has no revision '{DisplayText.Of(wanted, DisplayText.Short)}' of it" : "does not have it";
            return new HubLookup(null, nothing, false);
        }

        var here = FileErrors.WhenReading(snapshot.Folder, snapshot.FileNames);
        var listed = listings.Find(name, snapshot.Commit);
        return MissingFrom(snapshot, here, listed ?? here, content) is { } missing
            ? new HubLookup(snapshot, $"has it without {missing}", false)
            : new HubLookup(snapshot, null, listed?.All(file => here.Contains(file) || !HubFiles.IsCompanion(file, content)) == true);
    }

    /// <summary>Finds a repository whose files are all here.</summary>
    /// <exception cref="MergeException">They are not.</exception>
    public HubSnapshot Get(string name, string? revision, HubContent content)
    {
        var found = Look(name, revision, content);
        return found.Problem is null ? found.Snapshot! : throw NotCached(name, revision, found.Problem);
    }

    /// <summary>Says that something is not here, and how it gets here.</summary>
    public MergeException NotCached(string name, string? revision, string problem)
    {
        var advice = settings.IsOffline
            ? "HF_HUB_OFFLINE keeps it from being downloaded: unset that variable, or copy the model into the cache"
            : "Run 'dotnet build -t:RestoreModels' to download it; if a folder is meant, correct its path";
        return new MergeException(DiagnosticCode.HubModelNotCached, null, DisplayOf(name, revision), settings.CacheDirectory, problem, advice);
    }

    /// <summary>A repository and revision for a message.</summary>
    public static string DisplayOf(string name, string? revision) => revision is null ? name : $"{name}@{DisplayText.Of(revision, DisplayText.Short)}";

    /// <summary>What a merge would miss of a snapshot, in words; null if nothing. What is wrong with an index is for those who read the model.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="here">Its files.</param>
    /// <param name="listed">The files of the commit, as far as they are known.</param>
    /// <param name="content">What it is used as.</param>
    private static string? MissingFrom(HubSnapshot snapshot, IReadOnlyList<string> here, IReadOnlyList<string> listed, HubContent content)
    {
        if (HubFiles.Configuration(content) is { } configuration && !here.Contains(configuration))
        {
            return configuration;
        }

        if (content == HubContent.Tokenizer)
        {
            return CompanionNames.HaveTokenizer(here) ? null : "a tokenizer";
        }

        return WeightsAmong(listed, content) switch
        {
            null => "all of its weights",
            { Index: { } index } => here.Contains(index) ? ShardsIn(Path.Combine(snapshot.Folder, index)).FirstOrDefault(shard => !here.Contains(shard)) : index,
            var weights => weights.Files.FirstOrDefault(file => !here.Contains(file)),
        };
    }

    /// <summary>The weights among some files; null if there are none that are a whole, which the restorer tells in more words.</summary>
    private static WeightChoice? WeightsAmong(IReadOnlyList<string> names, HubContent content)
    {
        try
        {
            return HubFiles.Weights(names, content, "");
        }
        catch (MergeException)
        {
            return null;
        }
    }

    /// <summary>Names of the files that an index names; none if it is not one.</summary>
    private static IEnumerable<string> ShardsIn(string index)
    {
        try
        {
            return CheckpointIndex.Read(index).Shards;
        }
        catch (MergeException)
        {
            return [];
        }
    }
}
