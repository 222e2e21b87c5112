using System.Globalization;
using System.Text;
using MergeKit.Engine.Models;

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

        card.Append(CultureInfo.InvariantCulture, $"\n## Recipe\n\n```yaml\n{plan.RecipeText.TrimEnd()}\n```\n");
        return card.ToString();
    }

    /// <summary>The licence on which all inputs agree; null if they do not, or one states none.</summary>
    public static string? CommonLicense(MergePlan plan) =>
        plan.WeightsFolders.Select(input => input.License).Distinct(StringComparer.Ordinal).ToList() is [{ } license] ? license : null;

    private static void WriteFrontMatter(StringBuilder card, MergePlan plan)
    {
        card.Append("---\n");
        var names = plan.WeightsFolders.Select(input => input.Reference.Path).Where(HubName.Matches).Distinct(StringComparer.Ordinal).ToList();
        card.Append(names.Count == 0 ? "base_model: []\n" : "base_model:\n" + string.Concat(names.Select(name => $"- {name}\n")));
        card.Append("base_model_relation: merge\nlibrary_name: transformers\ntags:\n- mergekit\n- merge\n");
        if (CommonLicense(plan) is { } license)
        {
            card.Append(CultureInfo.InvariantCulture, $"license: {license}\n");
        }

        card.Append("---\n\n");
    }
}
