using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Packages;

/// <summary>
/// Where the weights are that packages leave out: an address of a web server, or a folder such as one of a file share. A file is at
/// <c>&lt;package&gt;/&lt;version&gt;/&lt;model&gt;/&lt;file&gt;</c> below it.
/// </summary>
public sealed class WeightsLocation
{
    private readonly Uri? root;

    private WeightsLocation(Uri? root, string? folder) => (this.root, Folder) = (root, folder);

    /// <summary>Full path of the folder; null for a web server.</summary>
    public string? Folder { get; }

    /// <summary>Name of the web server, without the port; null for a folder.</summary>
    public string? Host => root?.IdnHost;

    /// <summary>
    /// Whether an access token may be sent there: https hides it, and on this machine it needs no hiding.
    /// </summary>
    public bool IsPrivate => root is { } address && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback);

    /// <summary>Reads a location: an <c>http</c>, <c>https</c> or <c>file</c> address, or a path.</summary>
    /// <param name="text">What the user gave.</param>
    /// <param name="baseFolder">Where a relative path starts.</param>
    /// <exception cref="MergeException">It is none, or has parts that would be published with the package or are of no use: user, password, query, fragment.</exception>
    public static WeightsLocation Parse(string text, string baseFolder)
    {
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return OfFolder(Path.GetFullPath(Path.Combine(baseFolder, text)));
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address))
        {
            // Not quoted, because a part of it may be a password.
            throw Invalid("the address", "it is not valid");
        }

        return address switch
        {
            { IsFile: true } => OfFolder(address.LocalPath),
            { Scheme: not ("http" or "https") } => throw Invalid(SourceName.Of(address), $"{DisplayText.Of(address.Scheme)} is not supported"),
            { UserInfo.Length: > 0 } or { Query.Length: > 0 } or { Fragment.Length: > 0 } =>
                throw Invalid(SourceName.Of(address), "everything in the address stands in the package for all to read, so it may have no user, password, query and fragment"),
            _ => new WeightsLocation(new Uri(address.AbsoluteUri.TrimEnd('/') + '/'), null),
        };
    }

    /// <summary>A folder.</summary>
    /// <param name="path">Full path.</param>
    public static WeightsLocation OfFolder(string path) => new(null, Path.TrimEndingDirectorySeparator(path));

    /// <summary>Where a file is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">The file's name.</param>
    public Uri AddressOf(ModelInPackage model, string file) => root is null
        ? FileAddress(PathOf(Folder!, model, file))
        : new Uri(root, string.Join('/', Parts(model, file).Select(Uri.EscapeDataString)));

    /// <summary>Where a file is below a folder that is a location, or is laid out like one.</summary>
    public static string PathOf(string folder, ModelInPackage model, string file) => Path.Combine([folder, .. Parts(model, file)]);

    /// <summary>The location, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Folder ?? root!.AbsoluteUri.TrimEnd('/');

    private static string[] Parts(ModelInPackage model, string file) => [model.Package, model.Version, model.Name, file];

    /// <summary>.NET takes a percent sign in a path of Unix for an escape.</summary>
    internal static Uri FileAddress(string path) =>
        OperatingSystem.IsWindows() ? new Uri(path) : new Uri("file://" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    private static MergeException Invalid(string shown, string reason) => new(DiagnosticCode.WeightsLocationInvalid, null, shown, reason);
}
