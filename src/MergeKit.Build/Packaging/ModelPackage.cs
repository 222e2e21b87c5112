using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using MergeKit.Build.Records;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Build.Packaging;

/// <summary>The MSBuild files of a package of models: items that tell the models, targets that copy them.</summary>
/// <param name="id">The package's ID.</param>
/// <param name="version">The package's version.</param>
/// <param name="models">The models in the package.</param>
internal sealed class ModelPackage(string id, string version, IReadOnlyList<PackagedModel> models)
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
            [$"build/{id}.targets"] = Targets(),
            [$"buildTransitive/{id}.props"] = Import($"../build/{id}.props"),
            [$"buildTransitive/{id}.targets"] = Import($"../build/{id}.targets"),
        };
        foreach (var (file, text) in texts)
            Write(Path.Combine(folder, file), text);
        return [.. texts.Keys];
    }

    private string Props()
    {
        var root = $"_ModelsOf_{Suffix}";
        return new XElement(
            "Project",
            new XElement(
                "PropertyGroup",
                new XElement(root, "$([MSBuild]::NormalizeDirectory('$(MSBuildThisFileDirectory)', '../models'))")),
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
            new XAttribute("TargetPath", $"models/{path}"));
    });

    private string Targets()
    {
        using var template = typeof(ModelPackage).Assembly.GetManifestResourceStream("PackagedModels.targets")!;
        using var reader = new StreamReader(template);
        return reader.ReadToEnd()
            .Replace("__PACKAGE__", Suffix, StringComparison.Ordinal)
            .Replace("__CONTENT__", Convert.ToHexStringLower(content), StringComparison.Ordinal);
    }

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
