using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Hub;

/// <summary>Where Hugging Face models come from and where they are kept, as the environment variables of Hugging Face's own tools say.</summary>
public sealed class HubSettings
{
    /// <summary>The hub that is asked unless <c>HF_ENDPOINT</c> names another.</summary>
    public const string DefaultEndpoint = "https://huggingface.co";

    private readonly Func<string?> readToken;

    /// <summary>Creates settings.</summary>
    /// <param name="cacheDirectory">Full path of the folder with the <c>models--*</c> folders.</param>
    /// <param name="readToken">Gives the access token, null if there is none; is asked when something is downloaded.</param>
    public HubSettings(string cacheDirectory, Func<string?>? readToken = null)
    {
        CacheDirectory = Path.GetFullPath(cacheDirectory);
        this.readToken = readToken ?? (() => null);
    }

    /// <summary>Full path of the cache, which the user's other tools share: the folder with the <c>models--*</c> folders.</summary>
    public string CacheDirectory { get; }

    /// <summary>Address of the hub or of a mirror, without a slash at its end.</summary>
    public string Endpoint { get; init; } = DefaultEndpoint;

    /// <summary>Full path of this product's own cache, which remembers what the hub said of commits; nothing of it stands in <see cref="CacheDirectory"/>.</summary>
    public string NotesDirectory { get; init; } = UserCache.DefaultDirectory;

    /// <summary>Whether nothing may be downloaded.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Whether snapshots are links to blobs where the file system permits; else files stand in snapshots themselves.</summary>
    internal bool UsesLinks { get; init; } = true;

    /// <summary>The settings of this process' environment.</summary>
    public static HubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The settings that variables make.</summary>
    /// <param name="variable">Gives the value of a variable.</param>
    /// <param name="home">Full path of the user's folder.</param>
    internal static HubSettings From(Func<string, string?> variable, string home)
    {
        var hub = Folder("HF_HOME") ?? Path.Combine(Folder("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface");
        return new HubSettings(Folder("HF_HUB_CACHE") ?? Folder("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(hub, "hub"), Token)
        {
            Endpoint = Text("HF_ENDPOINT")?.TrimEnd('/') ?? DefaultEndpoint,
            IsOffline = IsOn("HF_HUB_OFFLINE") || IsOn("TRANSFORMERS_OFFLINE"),
        };

        string? Text(string name) => variable(name)?.Trim() is { Length: > 0 } text ? text : null;

        string? Folder(string name) => Text(name) switch
        {
            null => null,
            "~" => home,
            ['~', '/' or '\\', .. var rest] => Path.Combine(home, rest),
            var path => path,
        };

        bool IsOn(string name) => Text(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

        string? Token() => Text("HF_TOKEN") ?? Text("HUGGING_FACE_HUB_TOKEN") ?? TokenIn(Folder("HF_TOKEN_PATH") ?? Path.Combine(hub, "token"));
    }

    /// <summary>The access token for the endpoint; null for none. It is for requests only: nothing may show or store it.</summary>
    /// <exception cref="MergeException">The file with the token cannot be read.</exception>
    internal string? ReadToken() => readToken();

    private static string? TokenIn(string path) =>
        File.Exists(path) && FileErrors.WhenReading(path, () => File.ReadAllText(path)).Trim() is { Length: > 0 } token ? token : null;
}
