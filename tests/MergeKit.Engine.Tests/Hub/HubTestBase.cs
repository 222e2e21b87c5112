using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Tests.Downloads;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>A hub, an empty cache, and a clock that does not wait.</summary>
public abstract class HubTestBase : DownloadTestBase
{
    private protected const string Name = "org/chat";
    private protected const string Token = "hf_verysecrettoken";

    private protected HubTestBase()
    {
        Server = UntilTheEnd(new HubServer());
        Settings = SettingsWith();
    }

    internal HubServer Server { get; }

    internal HubSettings Settings { get; set; }

    /// <summary>Path of a file of the repository's folder in the cache.</summary>
    internal string InCache(string path = "") => Path.Combine(Settings.CacheDirectory, "models--org--chat", path);

    internal string Snapshot(string file = "", string commit = HostedModel.Main) => InCache(Path.Combine("snapshots", commit, file));

    internal HubSettings SettingsWith(string? token = null, bool isOffline = false, bool usesLinks = true) =>
        new(Folder["cache"], () => token) { Endpoint = Server.Endpoint, IsOffline = isOffline, NotesDirectory = Folder["notes"], UsesLinks = usesLinks };

    internal HubRestorer Restorer() => new(Settings, Client, Time, Limits);

    internal static HubReference Reference(string? revision = null, HubContent content = HubContent.Model, string name = Name) =>
        new(name, revision, content, new SourcePosition("recipe.yml", 3, 5));

    internal string Restore(string? revision = null, HubContent content = HubContent.Model, RecordingObserver? observer = null) =>
        Restorer().Restore(Reference(revision, content), observer).Folder;

    /// <summary>Asserts that a model cannot be restored, and that nothing secret is said about that; gives the message.</summary>
    internal string Fails(DiagnosticCode code, string? revision = null, HubContent content = HubContent.Model, string name = Name)
    {
        var observer = new RecordingObserver();
        var exception = Assert.Throws<MergeException>(() => Restorer().Restore(Reference(revision, content, name), observer));
        var error = Assert.Single(exception.Diagnostics);
        Assert.Equal((code, new SourcePosition("recipe.yml", 3, 5)), (error.Code, error.Position));
        Assert.DoesNotContain("secret", exception + string.Concat(observer.Retries), StringComparison.Ordinal);
        return error.Message;
    }

    /// <summary>A model of the hub with weights of some size and a tokenizer.</summary>
    internal HostedModel Host() => Server.Add(Name).With("config.json").With("tokenizer.json", "{\"a\":1}").With("model.safetensors", Content);

    /// <summary>Names of the files of the snapshot.</summary>
    internal IEnumerable<string> SnapshotFiles(string commit = HostedModel.Main) =>
        Directory.EnumerateFileSystemEntries(Snapshot(commit: commit)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
