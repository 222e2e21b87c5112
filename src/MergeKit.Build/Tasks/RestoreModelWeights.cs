using System.Globalization;
using MergeKit.Build.Reporting;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Packages;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Completes the models of a package that does not hold their weights: downloads, verifies and puts them into folders of the user's.</summary>
public sealed class RestoreModelWeights : CancelableTask
{
    /// <summary>
    /// Environment variable with a bearer token for the server of the weights. Not a property: those stand in build logs for all to read.
    /// </summary>
    private const string TokenVariable = "MERGEKIT_WEIGHTS_TOKEN";

    /// <summary>
    /// Environment variable with the host that may get the token: of the locations that packages name, one could be there to collect tokens.
    /// </summary>
    private const string HostVariable = "MERGEKIT_WEIGHTS_HOST";

    /// <summary>The package's ID.</summary>
    [Required]
    public string PackageId { get; set; } = "";

    /// <summary>The package's version.</summary>
    [Required]
    public string PackageVersion { get; set; } = "";

    /// <summary>Names of the models.</summary>
    [Required]
    public string[] Models { get; set; } = [];

    /// <summary>The folder of the models in the package.</summary>
    [Required]
    public string PackageFolder { get; set; } = "";

    /// <summary>Where the weights are according to the package.</summary>
    [Required]
    public string PackageLocation { get; set; } = "";

    /// <summary>Where they are according to the project, which goes before; a relative path starts at the project's folder. Empty if it does not say.</summary>
    public string OwnLocation { get; set; } = "";

    /// <summary>The folder in which the complete models stand.</summary>
    [Required]
    public string Destination { get; set; } = "";

    /// <summary>The folder in which digests are remembered.</summary>
    [Required]
    public string CacheDirectory { get; set; } = "";

    /// <summary>The time that restored files get, in seconds since 1970.</summary>
    [Required]
    public string Timestamp { get; set; } = "";

    /// <summary>Full path of the project that uses the models.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <inheritdoc/>
    private protected override void Run()
    {
        try
        {
            var location = WeightsLocation.Parse(OwnLocation.Length > 0 ? OwnLocation : PackageLocation, Path.GetDirectoryName(ProjectFile)!);
            foreach (var model in Models)
                Restore(model, location);
        }
        catch (MergeException e)
        {
            Log.Write(e.Diagnostics, position => position ?? new SourcePosition(ProjectFile, 0, 0));
        }
    }

    private void Restore(string model, WeightsLocation location)
    {
        var request = new RestoreRequest(
            new ModelInPackage(PackageId, PackageVersion, model),
            Path.Combine(PackageFolder, model),
            location,
            Path.Combine(Destination, model),
            CacheDirectory)
        {
            Time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture)),
            Token = OwnLocation.Length > 0 || IsTrusted(location) ? Variable(TokenVariable) : null,
        };
        if (ModelRestorer.Restore(request, new DownloadReporter(model, TimeProvider.System, Print), CancellationToken))
            Print($"{model}: restored to {request.Destination}");
    }

    private static bool IsTrusted(WeightsLocation location) =>
        location.Host is { } host && host.Equals(Variable(HostVariable), StringComparison.OrdinalIgnoreCase);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private void Print(string line) => Log.LogMessage(MessageImportance.High, line);
}
