using System.Globalization;
using System.Text;
using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>README.md of the merged model: metadata for model hubs, and what was merged and how for people.</summary>
internal static class ModelCard
{
    public static string Write(MergePlan plan)
    {
        var card = new StringBuilder();
        WriteFrontMatter(card, plan);
        var method = plan.MergeMethod;
        var title = method.Reference is { } reference ? $"[{method.Title}]({reference})" : method.Title;
        var origin = plan.Recipe.BaseModel is { } located ? $", with `{located.Value}` as the base model" : "";
        card.Append(CultureInfo.InvariantCulture, $"""
            # {plan.Request.Name}

            This model was merged with MergeKit.Build {EngineVersion.Product}.

            ## Merge

            Method: {title}{origin}. Weights: {plan.ParameterCount:N0} parameters in {plan.TensorCount:N0} tensors.

            Models merged:

            """);
        card.Append('\n');
        foreach (var model in plan.Models.All.Where(model => model.Reference != plan.Recipe.BaseModel?.Value))
        {
            card.Append(CultureInfo.InvariantCulture, $"- `{model}`\n");
        }

        card.Append(CultureInfo.InvariantCulture, $"\n## Recipe\n\n```yaml\n{plan.Recipe.Text.TrimEnd()}\n```\n");
        return card.ToString();
    }

    /// <summary>The licence on which all inputs agree; null if they do not, or one states none.</summary>
    public static string? CommonLicense(MergePlan plan) =>
        plan.Models.All.Select(LicenseOf).Distinct(StringComparer.Ordinal).ToList() is [{ } license] ? license : null;

    private static void WriteFrontMatter(StringBuilder card, MergePlan plan)
    {
        card.Append("---\n");
        var names = plan.Models.All.Select(model => model.Reference.Path).Where(HubName.Matches).Distinct(StringComparer.Ordinal).ToList();
        card.Append(names.Count == 0 ? "base_model: []\n" : "base_model:\n" + string.Concat(names.Select(name => $"- {name}\n")));
        card.Append("base_model_relation: merge\nlibrary_name: transformers\ntags:\n- mergekit\n- merge\n");
        if (CommonLicense(plan) is { } license)
        {
            card.Append(CultureInfo.InvariantCulture, $"license: {license}\n");
        }

        card.Append("---\n\n");
    }

    /// <summary>The licence in the front matter of an input's own model card.</summary>
    private static string? LicenseOf(LoadedModel model)
    {
        var path = Path.Combine(model.Folder.Path, ModelFolder.CardName);
        var lines = File.Exists(path) ? InputFile.Guard(path, () => Head(path)).Split('\n') : [];
        return lines.Length > 0 && lines[0].TrimEnd() == "---"
            ? lines.Skip(1).TakeWhile(line => line.TrimEnd() != "---")
                .Where(line => line.StartsWith("license:", StringComparison.Ordinal))
                .Select(line => line["license:".Length..].Trim()).FirstOrDefault(IsPlain)
            : null;
    }

    /// <summary>The beginning of a card, which anybody may have written.</summary>
    private static string Head(string path)
    {
        const int Longest = 64 << 10;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var bytes = new byte[Math.Min(Longest, stream.Length)];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <summary>A licence identifier; anything else does not belong into another document's front matter.</summary>
    private static bool IsPlain(string value) => value.Length is > 0 and < 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+' or '_');
}
