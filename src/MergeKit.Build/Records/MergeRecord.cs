using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using MergeKit.Build.Items;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Build.Records;

/// <summary>
/// What a build remembers of a merge, in a file below obj that later builds of the same project import as items: the model, its
/// settings, the files read and written with their times, and what stood in the folders of the inputs.
/// </summary>
internal static class MergeRecord
{
    /// <summary>When a file was last written, as the targets ask for it; another number for a file that does not exist.</summary>
    public static long TimeOf(string file) => File.GetLastWriteTimeUtc(file).ToFileTimeUtc();

    /// <summary>Records a finished merge.</summary>
    /// <param name="merge">The merge.</param>
    /// <param name="projectFile">Full path of the project; a copy of it does not take the record for its own.</param>
    /// <param name="inputs">The inputs as they were before they were read.</param>
    /// <param name="names">The models that the recipe uses by name.</param>
    /// <param name="hubCache">Which cache models of the hub were taken from, in the words of the targets; null if there were none.</param>
    /// <param name="result">What the engine made.</param>
    public static void Write(
        ModelMerge merge, string projectFile, InputSnapshot inputs, IEnumerable<NamedModel> names, string? hubCache, MergeResult result)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(merge.RecordFile)!);
            WriteFile(merge.RecordFile, ItemsOf(merge, projectFile, inputs, names, hubCache, result).ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MergeException(e, DiagnosticCode.OutputNotWritable, null, merge.RecordFile, e.Message);
        }
    }

    /// <summary>Where a file of the model goes in publish folders and packages.</summary>
    public static string PublishPath(string name, string file) => $"models/{name}/{file}";

    private static XElement ItemsOf(
        ModelMerge merge, string projectFile, InputSnapshot inputs, IEnumerable<NamedModel> names, string? hubCache, MergeResult result)
    {
        var name = merge.Request.Name;
        return new XElement(
            "Project",
            new XElement(
                "ItemGroup",
                new XAttribute("Condition", $"'$(MSBuildProjectFullPath)' == '{MSBuildText.Escape(projectFile)}'"),
                new XElement("_ModelMergeRecord", Include(merge.RecordFile), Record, new XAttribute("Options", merge.Options)),
                new XElement(
                    "MergedModel",
                    Include(result.OutputDirectory),
                    new XAttribute("Condition", $"Exists('{MSBuildText.Escape(result.OutputDirectory)}')"),
                    new XAttribute("Name", MSBuildText.Escape(name)),
                    new XAttribute("Method", MSBuildText.Escape(result.Method)),
                    new XAttribute("Fingerprint", result.Fingerprint),
                    new XAttribute("TotalBytes", result.TotalBytes.ToString(CultureInfo.InvariantCulture)),
                    new XAttribute("Parameters", result.ParameterCount.ToString(CultureInfo.InvariantCulture)),
                    new XAttribute("Version", "$(Version)")),
                inputs.Times.Select(input => new XElement(
                    "_ModelMergeInput", Include(input.Key), Record, Time(input.Value))),
                inputs.Folders.Select(folder => new XElement(
                    "_ModelMergeFolder",
                    Include(folder.Key),
                    Record,
                    new XAttribute("Files", string.Join(';', folder.Value.Select(MSBuildText.Escape))))),
                names.Select(used => new XElement(
                    "_ModelMergeName",
                    Include(used.Name),
                    Record,
                    new XAttribute("Name", MSBuildText.Escape(used.Name)),
                    new XAttribute("Folder", MSBuildText.Escape(used.Folder)),
                    new XAttribute("Content", MSBuildText.Escape(used.Content)))),
                hubCache is null ? null : new XElement("_ModelMergeHub", Include(merge.RecordFile), Record, new XAttribute("Cache", hubCache)),
                result.Files.Select(file => new XElement(
                    "_ModelMergeOutput",
                    Include(Path.Combine(result.OutputDirectory, file)),
                    Record,
                    Time(TimeOf(Path.Combine(result.OutputDirectory, file))),
                    new XAttribute("PublishPath", MSBuildText.Escape(PublishPath(name, file)))))));
    }

    private static XAttribute Include(string path) => new("Include", MSBuildText.Escape(path));

    private static XAttribute Time(long time) => new("Time", time.ToString(CultureInfo.InvariantCulture));

    private static XAttribute Record => new("Record", "$(MSBuildThisFileFullPath)");

    private static void WriteFile(string path, string xml)
    {
        // A project that imports half a file cannot even be cleaned; so the bytes are on disk before the name is, and two builds that
        // have waited for each other's merge do not write into one file.
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        using (var stream = File.Create(temporary))
        {
            stream.Write(Encoding.UTF8.GetBytes(xml));
            stream.Flush(flushToDisk: true);
        }

        // As an imported file this is an input of everything that depends on the project, such as the C# compiler, which must not
        // run again because a model was merged after it. So its time is old; and because MSBuild tells by the time whether a file
        // it has cached changed, the time differs with the content.
        var seconds = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(xml))) >> 4;
        File.SetLastWriteTimeUtc(temporary, new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(seconds));
        File.Move(temporary, path, overwrite: true);
    }
}
