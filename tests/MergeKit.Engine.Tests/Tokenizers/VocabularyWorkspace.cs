using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>Models whose embeddings tell where a row comes from: element 0 of row i is the model's number times 1000, plus i; of the head, half more.</summary>
internal sealed class VocabularyWorkspace : IDisposable
{
    private const int Width = 3;

    private readonly MergeWorkspace workspace = new();

    public string Output => workspace.Output;

    public string this[string name] => workspace[name];

    public void Add(string name, int number, int rows, TestTokenizer? tokenizer, DType dtype = DType.F32, bool tied = false, string config = "")
    {
        var builder = new SafetensorsBuilder()
            .Add("model.embed_tokens.weight", dtype, [rows, Width], Rows(number, rows, 0))
            .Add("model.layers.0.mlp.weight", dtype, [2, Width], Enumerable.Repeat((float)number, 2 * Width).ToArray())
            .Add("model.norm.weight", dtype, [Width], Enumerable.Repeat((float)number, Width).ToArray());
        if (!tied)
        {
            builder.Add("lm_head.weight", dtype, [rows, Width], Rows(number, rows, 0.5f)).Add("lm_head.bias", dtype, [rows], [.. Enumerable.Range(0, rows).Select(i => (number * 1000) + i + 0.25f)]);
        }

        workspace.Model(name, builder, $$"""{"model_type": "llama", "num_hidden_layers": 1, "hidden_size": {{Width}}, "vocab_size": {{rows}}, "tie_word_embeddings": {{(tied ? "true" : "false")}}{{config}}}""");
        if (tokenizer is not null)
        {
            workspace.Write($"{name}/tokenizer.json", tokenizer.Json.ToJsonString());
        }
    }

    public void Write(string name, string text) => workspace.Write(name, text);

    public MergeRequest Request(string recipe) => workspace.Request(recipe);

    public MergeResult Merge(string recipe)
    {
        using var plan = Merger.Plan(Request(recipe));
        var result = Merger.Execute(plan);
        return result with { Warnings = [.. plan.Warnings, .. result.Warnings] };
    }

    /// <summary>First elements of a tensor's rows.</summary>
    public float[] FirstColumn(string tensor = "model.embed_tokens.weight")
    {
        var values = workspace.Floats(tensor);
        return tensor.EndsWith(".bias", StringComparison.Ordinal) ? values : [.. values.Where((_, i) => i % Width == 0)];
    }

    /// <summary>First element of every token's row.</summary>
    public Dictionary<string, float> ByToken(string tensor = "model.embed_tokens.weight")
    {
        var rows = FirstColumn(tensor);
        return Ids().ToDictionary(token => token.Key, token => rows[token.Value]);
    }

    /// <summary>The numbers of all tokens in the output's tokenizer.json.</summary>
    public Dictionary<string, int> Ids()
    {
        var json = Json("tokenizer.json");
        var ids = json["model"]!["vocab"] is JsonArray list
            ? list.Select((entry, i) => ((string)entry![0]!, i)).ToDictionary()
            : json["model"]!["vocab"]!.AsObject().ToDictionary(entry => entry.Key, entry => (int)entry.Value!);
        foreach (var token in json["added_tokens"]!.AsArray())
        {
            ids[(string)token!["content"]!] = (int)token["id"]!;
        }

        return ids;
    }

    public JsonObject Json(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Output, name)))!.AsObject();

    /// <summary>JSON as people write it, on one line.</summary>
    public static string Compact(JsonNode? node) => node!.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public void Dispose() => workspace.Dispose();

    private static float[] Rows(int number, int rows, float offset) =>
        [.. Enumerable.Range(0, rows).SelectMany(i => Enumerable.Range(0, Width).Select(column => column == 0 ? (number * 1000) + i + offset : (column * 0.5f) + number))];
}
