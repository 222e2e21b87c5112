using MergeKit.Build.Items;

namespace MergeKit.Build.Records;

/// <summary>Says why a build would merge again, by the same rules as the Inputs and Outputs of the targets.</summary>
internal static class Staleness
{
    /// <summary>The reason, or null if the model is up to date.</summary>
    /// <param name="merge">The merge in question.</param>
    /// <param name="inputs">Full paths of the files that the last merge read.</param>
    /// <param name="outputs">Full paths of the files that the last merge wrote.</param>
    public static string? Explain(ModelMerge merge, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        var stamp = Path.Combine(merge.RecordDirectory, MergeRecord.StampFile);
        if (!File.Exists(stamp))
            return "it was not merged yet";
        if (outputs.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            return $"{missing} is missing";
        if (!IsSame(Path.Combine(merge.RecordDirectory, MergeRecord.OptionsFile), merge.Options))
            return "its metadata changed";

        var made = File.GetLastWriteTimeUtc(stamp);
        return inputs.FirstOrDefault(file => !File.Exists(file) || File.GetLastWriteTimeUtc(file) > made) is { } changed
            ? $"{changed} changed"
            : null;
    }

    private static bool IsSame(string optionsFile, string options) =>
        File.Exists(optionsFile) && File.ReadAllText(optionsFile).Trim() == options.Trim();
}
