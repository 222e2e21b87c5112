using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tokenizers;

/// <summary>
/// The part of tokenizer.json that puts special tokens around texts, by their numbers. Here these become those of another vocabulary, and what needs a token
/// that it lacks is left out.
/// </summary>
/// <param name="numbers">Gives the new numbers.</param>
/// <param name="leftOut">Receives what is left out.</param>
internal sealed class PostProcessor(TokenNumbers numbers, List<string> leftOut)
{
    public const string Sequence = "Sequence";
    public const string Template = "TemplateProcessing";
    public const string Bert = "BertProcessing";
    public const string Roberta = "RobertaProcessing";

    /// <summary>What kind of post-processor an object is.</summary>
    public static string? TypeOf(JsonObject? part) => part?["type"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : null;

    /// <summary>Renumbers a post-processor in its place.</summary>
    /// <returns>False if nothing of it can be kept.</returns>
    public bool Renumber(JsonObject part)
    {
        switch (TypeOf(part))
        {
            case Sequence:
                var parts = (JsonArray)part["processors"]!;
                part["processors"] = new JsonArray([.. parts.Where(inner => Renumber((JsonObject)inner!)).Select(inner => inner!.DeepClone())]);
                return true;
            case Template:
                RenumberTemplate(part);
                return true;
            case Bert or Roberta:
                return RenumberPair((JsonArray)part["cls"]!, TypeOf(part)!) && RenumberPair((JsonArray)part["sep"]!, TypeOf(part)!);
            default:
                return true;
        }
    }

    private void RenumberTemplate(JsonObject part)
    {
        var tokens = (JsonObject)part["special_tokens"]!;
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, token) in tokens.ToList())
        {
            var ids = ((JsonArray)token!["ids"]!).Select(id => numbers.Find((int)id!)).ToList();
            if (ids.Contains(null))
            {
                tokens.Remove(name);
                gone.Add(name);
                leftOut.Add($"'{DisplayText.Of(name, DisplayText.Short)}' in the template around texts");
            }
            else
            {
                token["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id!.Value)]);
            }
        }

        foreach (var key in new[] { "single", "pair" })
        {
            part[key] = new JsonArray([.. ((JsonArray)part[key]!).Where(piece => !gone.Contains(NameIn(piece))).Select(piece => piece!.DeepClone())]);
        }
    }

    private static string NameIn(JsonNode? piece) => (piece!["SpecialToken"] as JsonObject)?["id"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "";

    private bool RenumberPair(JsonArray token, string type)
    {
        if (numbers.Find((int)token[1]!) is { } id)
        {
            token[1] = id;
            return true;
        }

        leftOut.Add($"{type} around texts, which needs '{DisplayText.Of((string)token[0]!, DisplayText.Short)}'");
        return false;
    }
}
