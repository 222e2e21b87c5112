using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Which of some files hold the weights. One rule for folders on disk and for repositories of which only the names are known.</summary>
/// <param name="Format">Their format.</param>
/// <param name="Files">Names of the files; empty where an index names them.</param>
/// <param name="Index">Name of the index; null for none.</param>
internal sealed record WeightChoice(WeightFormat Format, IReadOnlyList<string> Files, string? Index = null)
{
    /// <summary>
    /// The weights of a model, in safetensors files if there are any, else in pickles: <c>model.safetensors</c> (<c>pytorch_model.bin</c>), else the
    /// shards of an index, else what other files of the format there are.
    /// </summary>
    /// <param name="names">Names of files in one folder.</param>
    /// <param name="place">Where they are, for messages.</param>
    /// <returns>The choice; null if there are no weights.</returns>
    /// <exception cref="MergeException">There is more than one set, or a numbered shard is missing.</exception>
    public static WeightChoice? Among(IReadOnlyCollection<string> names, string place) =>
        WeightFormat.All.Select(format => Among(names, format, place)).FirstOrDefault(choice => choice is not null);

    /// <summary>The weights of an adapter: <c>adapter_model.safetensors</c>, else <c>adapter_model.bin</c>; null if there are none.</summary>
    public static WeightChoice? OfAdapter(IReadOnlyCollection<string> names) =>
        WeightFormat.All.Where(format => names.Contains(format.AdapterFile)).Select(format => new WeightChoice(format, [format.AdapterFile])).FirstOrDefault();

    private static WeightChoice? Among(IReadOnlyCollection<string> names, WeightFormat format, string place)
    {
        if (names.Contains(format.SingleFile))
        {
            return new WeightChoice(format, [format.SingleFile]);
        }

        if (names.Contains(format.IndexFile))
        {
            return new WeightChoice(format, [], format.IndexFile);
        }

        var files = Unindexed(names, format, place);
        return files.Count > 0 ? new WeightChoice(format, files) : null;
    }

    private static List<string> Unindexed(IReadOnlyCollection<string> names, WeightFormat format, string place)
    {
        var candidates = names.Where(format.Matches).Order(StringComparer.Ordinal).ToList();

        // Mistral publishes the same weights a second time, in its own naming, as consolidated*.safetensors.
        var preferred = candidates.FindAll(name => !name.StartsWith("consolidated", StringComparison.Ordinal));
        var files = preferred.Count > 0 ? preferred : candidates;
        if (files.Count == 0 || NumberedShards.TryComplete(place, files) || files.Count == 1)
        {
            return files;
        }

        throw new MergeException(DiagnosticCode.WeightsAmbiguous, null, place, DisplayText.Of(string.Join(", ", files)), format.IndexFile);
    }
}
