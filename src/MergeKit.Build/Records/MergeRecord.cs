using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Build.Records;

/// <summary>
/// What a build remembers of a merge, below obj: <c>merge.props</c>, which later builds import as items (the model, the files
/// read and written), and <c>merge.stamp</c>, whose time says how new the inputs were.
/// </summary>
internal static class MergeRecord
{
    public const string OptionsFile = "merge.options";
    public const string StampFile = "merge.stamp";
    private const string ItemsFile = "merge.props";

    /// <summary>Records a finished merge.</summary>
    /// <param name="directory">The merge's folder below obj.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="result">What the engine made.</param>
    /// <param name="started">When the merge began: an input that changed since then is newer than the stamp.</param>
    public static void Write(string directory, string name, MergeResult result, DateTime started)
    {
        try
        {
            Directory.CreateDirectory(directory);
            WriteItems(Path.Combine(directory, ItemsFile), ItemsOf(name, result).ToString());
            var stamp = Path.Combine(directory, StampFile);
            File.WriteAllBytes(stamp, []);
            File.SetLastWriteTimeUtc(stamp, started);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MergeException(e, DiagnosticCode.OutputNotWritable, null, directory, e.Message);
        }
    }

    /// <summary>Where a file of the model goes in publish folders and packages.</summary>
    public static string PublishPath(string name, string file) => $"models/{name}/{file}";

    private static XElement ItemsOf(string name, MergeResult result) =>
        new("Project",
            new XElement("ItemGroup",
                new XElement("MergedModel",
                    new XAttribute("Include", MSBuildText.Escape(result.OutputDirectory)),
                    new XAttribute("Condition", $"Exists('{MSBuildText.Escape(result.OutputDirectory)}')"),
                    new XAttribute("Name", MSBuildText.Escape(name)),
                    new XAttribute("Method", MSBuildText.Escape(result.Method)),
                    new XAttribute("Fingerprint", result.Fingerprint),
                    new XAttribute("TotalBytes", result.TotalBytes.ToString(CultureInfo.InvariantCulture)),
                    new XAttribute("Parameters", result.ParameterCount.ToString(CultureInfo.InvariantCulture)),
                    new XAttribute("Version", "$(Version)")),
                result.InputFiles.Select(file => FileItem("_ModelMergeInput", file)),
                result.Files.Select(file => FileItem(
                    "_ModelMergeOutput",
                    Path.Combine(result.OutputDirectory, file),
                    new XAttribute("PublishPath", MSBuildText.Escape(PublishPath(name, file)))))));

    private static XElement FileItem(string kind, string path, params XAttribute[] metadata) =>
        new(kind, new XAttribute("Include", MSBuildText.Escape(path)), new XAttribute("Record", "$(MSBuildThisFileDirectory)"), metadata);

    private static void WriteItems(string path, string xml)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, xml);

        // As an imported file this is an input of everything that depends on the project, such as the C# compiler, which must not
        // run again because a model was merged after it. So its time is old; and because MSBuild tells by the time whether a file
        // it has cached changed, the time differs with the content.
        var seconds = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(xml))) >> 4;
        File.SetLastWriteTimeUtc(temporary, new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(seconds));
        File.Move(temporary, path, overwrite: true);
    }
}
