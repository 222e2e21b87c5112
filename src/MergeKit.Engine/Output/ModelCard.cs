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
        card.Append($"""
            # {plan.Request.Name}

            This model was merged with MergeKit.Build {EngineVersion.Product}.

            ## Merge

            Method: {title}{origin}. Weights: {plan.ParameterCount:N0} parameters in {plan.TensorCount:N0} tensors.

            Models merged:

            """.ReplaceLineEndings("\n"));
        card.Append('\n');
        foreach (var model in plan.Models.All.Where(model => model.Reference != plan.Recipe.BaseModel?.Value))
        {
            card.Append($"- `{model}`\n");
        }

        card.Append($"\n## Recipe\n\n```yaml\n{plan.Recipe.Text.TrimEnd()}\n```\n");
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
            card.Append($"license: {license}\n");
        }

        card.Append("---\n\n");
    }

    /// <summary>The licence in the front matter of an input's own model card.</summary>
    private static string? LicenseOf(LoadedModel model)
    {
        const int FrontMatterLines = 500;
        var path = Path.Combine(model.Folder.Path, "README.md");
        if (!File.Exists(path))
        {
            return null;
        }

        var lines = InputFile.Guard(path, () => File.ReadLines(path).Take(FrontMatterLines).ToList());
        return lines.Count > 0 && lines[0] == "---"
            ? lines.Skip(1).TakeWhile(line => line != "---")
                .Where(line => line.StartsWith("license:", StringComparison.Ordinal))
                .Select(line => line["license:".Length..].Trim()).FirstOrDefault(IsPlain)
            : null;
    }

    /// <summary>A licence identifier; anything else does not belong into another document's front matter.</summary>
    private static bool IsPlain(string value) => value.Length is > 0 and < 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+' or '_');
}
