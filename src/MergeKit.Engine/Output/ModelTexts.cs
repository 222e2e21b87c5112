using System.Text;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Output;

/// <summary>The small files that a merge writes beside the weights.</summary>
internal static class ModelTexts
{
    /// <summary>Their contents by name.</summary>
    public static Dictionary<string, byte[]> Of(MergePlan plan)
    {
        var texts = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["config.json"] = Encoding.UTF8.GetBytes(plan.ConfigJson),
            ["mergekit_config.yml"] = Encoding.UTF8.GetBytes(plan.RecipeText),
        };
        if (plan.ShardCount > 1)
        {
            texts[ShardIndex.FileName] = Encoding.UTF8.GetBytes(ShardIndex.Write(plan));
        }

        if (plan.Request.WriteModelCard)
        {
            texts[ModelFolder.CardName] = Encoding.UTF8.GetBytes(ModelCard.Write(plan));
        }

        return texts;
    }
}
