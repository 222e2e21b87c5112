using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using MergeKit.Build.Records;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Packages;

namespace MergeKit.Build.Packaging;

/// <summary>The MSBuild files of a package of models: items that tell the models, targets that copy them.</summary>
/// <param name="id">The package's ID.</param>
/// <param name="version">The package's version.</param>
/// <param name="models">The models in the package.</param>
/// <param name="weights">Where their weights are; null if the package holds them.</param>
internal sealed class ModelPackage(string id, string version, IReadOnlyList<PackagedModel> models, WeightsLocation? weights)
{
    private static readonly DateTimeOffset FirstTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Hash of what tells the content of this package from that of others: version, names and fingerprints.</summary>
    private readonly byte[] content = Hash($"{version}\n{string.Concat(models.Select(model => $"{model.Name}\n{model.Fingerprint}\n"))}");

    /// <summary>
    /// A time that differs with the content, in seconds since 1970; even, because zip archives count in steps of two, and within
    /// the twenty years from 2000.
    /// </summary>
    public long Timestamp => FirstTime.ToUnixTimeSeconds() + (2L * (BitConverter.ToUInt32(content) % 315_360_000));

    /// <summary>
    /// Names of targets, properties and items of several packages meet in one project, and may have letters and digits only.
    /// </summary>
    private string Suffix =>
        string.Concat(id.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'))
        + "_" + Convert.ToHexStringLower(Hash(id.ToUpperInvariant()))[..8];

    /// <summary>Writes the files, each at its place in the package below the folder.</summary>
    /// <returns>The files, relative to the folder.</returns>
    /// <exception cref="MergeException">The folder cannot be written.</exception>
    public IReadOnlyList<string> WriteTo(string folder)
    {
        var texts = new Dictionary<string, string>
        {
            [$"build/{id}.props"] = Props(),
            [$"build/{id}.targets"] = Text("PackagedModels.targets"),
            [$"buildTransitive/{id}.props"] = Import($"../build/{id}.props"),
            [$"buildTransitive/{id}.targets"] = Import($"../build/{id}.targets"),
        };
        if (weights is not null)
        {
            texts[$"build/{id}.copy.targets"] = texts[$"build/{id}.targets"];
            texts[$"build/{id}.targets"] = Text("RestoredModels.targets");
            texts[$"buildMultiTargeting/{id}.targets"] = Text("RestoredModels.MultiTargeting.targets");
            texts["tasks/RestoreModels.proj"] = Text("RestoreModels.proj");
        }

        foreach (var (file, text) in texts)
            Write(Path.Combine(folder, file), text);
        return [.. texts.Keys];
    }

    private string Props()
    {
        // Items may use properties that are set later: where weights are restored is up to the project that uses the package.
        var root = $"_ModelsOf_{Suffix}";
        var folder = new XElement(root, "$([MSBuild]::NormalizeDirectory('$(MSBuildThisFileDirectory)', '../models'))");
        return new XElement(
            "Project",
            weights is null ? new XElement("PropertyGroup", folder) : null,
            new XElement("ItemGroup", models.Select(model => Item(root, model)), models.SelectMany(model => Files(root, model)))).ToString();
    }

    private XElement Item(string root, PackagedModel model) => new(
        "PackagedModel",
        new XAttribute("Include", $"$({root}){MSBuildText.Escape(model.Name)}"),
        new XAttribute("Name", MSBuildText.Escape(model.Name)),
        new XAttribute("Version", MSBuildText.Escape(version)),
        new XAttribute("Fingerprint", model.Fingerprint),
        new XAttribute("Method", MSBuildText.Escape(model.Method)),
        new XAttribute("TotalBytes", model.TotalBytes),
        new XAttribute("PackageId", MSBuildText.Escape(id)));

    private IEnumerable<XElement> Files(string root, PackagedModel model) => model.Files.Select(file =>
    {
        var path = MSBuildText.Escape($"{model.Name}/{file}");
        return new XElement(
            $"_FileOf_{Suffix}",
            new XAttribute("Include", $"$({root}){path}"),
            new XAttribute("TargetPath", $"models/{path}"),
            new XAttribute("Linked", weights is not null && WeightFile.Is(file) ? "true" : "false"));
    });

    private string Text(string template)
    {
        using var stream = typeof(ModelPackage).Assembly.GetManifestResourceStream(template)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Replace("__PACKAGE__", Suffix, StringComparison.Ordinal)
            .Replace("__CONTENT__", Convert.ToHexStringLower(content), StringComparison.Ordinal)
            .Replace("__ID__", Escape(id), StringComparison.Ordinal)
            .Replace("__VERSION__", Escape(version), StringComparison.Ordinal)
            .Replace("__TIME__", Timestamp.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("__MODELS__", string.Join(';', models.Select(model => Escape(model.Name))), StringComparison.Ordinal)
            .Replace("__LOCATION__", Escape($"{weights}"), StringComparison.Ordinal);
    }

    private static string Escape(string text) => SecurityElement.Escape(MSBuildText.Escape(text));

    private static string Import(string project) =>
        new XElement("Project", new XElement("Import", new XAttribute("Project", MSBuildText.Escape(project)))).ToString();

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Leaves a file that is as it should be: its time tells NuGet whether the package has to be made again.</summary>
    private static void Write(string path, string text)
    {
        try
        {
            if (File.Exists(path) && File.ReadAllText(path) == text)
                return;

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MergeException(e, DiagnosticCode.OutputNotWritable, null, path, e.Message);
        }
    }
}
