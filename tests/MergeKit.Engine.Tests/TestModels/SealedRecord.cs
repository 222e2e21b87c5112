using System.Text;
using System.Text.Json.Nodes;
using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Changes records behind the engine's back, and makes them look whole again.</summary>
internal static class SealedRecord
{
    public static void Edit(string path, Action<JsonNode> edit)
    {
        var text = File.ReadAllText(path);
        var first = text[..text.IndexOf('\n', StringComparison.Ordinal)];
        var json = JsonNode.Parse(text[(first.Length + 1)..])!;
        edit(json);
        var changed = Encoding.UTF8.GetBytes(json.ToJsonString());
        File.WriteAllText(path, $"{first[..^Sha256Text.Length]}{Sha256Text.Of(changed)}\n{Encoding.UTF8.GetString(changed)}");
    }
}
