using System.Text.Json;
using System.Text.RegularExpressions;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>One reference case: how mergekit was run and how its output is to be compared.</summary>
public sealed class ConformanceCase
{
    private readonly JsonElement json;

    private ConformanceCase(string name, JsonElement json)
    {
        Name = name;
        this.json = json;
    }

    public string Name { get; }

    public string Folder => Path.Combine(Repository.Cases, Name);

    public string RecipePath => Path.Combine(Folder, "config.yml");

    public string ExpectedFolder => Path.Combine(Folder, "expected");

    public string Tool => Text("tool")!;

    /// <summary>Whether the tool merges by a recipe, as this product does.</summary>
    public bool IsRecipe => Tool is "mergekit-yaml" or "mergekit-multi";

    public string Method => Text("method")!;

    public bool ExpectsError => json.TryGetProperty("expect_error", out var value) && value.GetBoolean();

    public string? Compare => Text("compare");

    public double AbsoluteTolerance => json.TryGetProperty("atol", out var value) ? value.GetDouble() : 0;

    public double RelativeTolerance => json.TryGetProperty("rtol", out var value) ? value.GetDouble() : 0;

    /// <summary>The options, without the recipe and the output folder.</summary>
    public IReadOnlyList<string> Arguments => [.. json.GetProperty("args").EnumerateArray().Skip(Tool == "mergekit-multi" ? 1 : 2).Select(value => value.GetString()!)];

    /// <summary>Elements whose value depends on the order of equal magnitudes.</summary>
    public long TieSensitiveElements => json.TryGetProperty("tie_sensitive", out var ties) ? ties.GetProperty("elements").GetInt64() : 0;

    /// <summary>The fraction of elements that may miss the tolerance because mergekit rounds after every operation.</summary>
    public double FractionBeyondTolerance =>
        json.TryGetProperty("if_computed_in_float32", out var moved) ? moved.GetProperty("fraction_beyond_tolerance").GetDouble() : 0;

    /// <summary>Seeds behind the stored statistics.</summary>
    public int StatisticsSeeds => json.TryGetProperty("statistics", out var statistics) ? statistics.GetProperty("seeds").GetInt32() : 0;

    /// <summary>The tensors whose values are stored; null for all.</summary>
    public Regex? Kept => json.TryGetProperty("partial", out var partial) ? new Regex(partial.GetProperty("kept").GetString()!) : null;

    public static ConformanceCase Load(string name) =>
        new(name, JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Cases, name, "case.json"))).RootElement);

    public static IEnumerable<ConformanceCase> All() => Directory.GetDirectories(Repository.Cases).Select(folder => Load(Path.GetFileName(folder))).OrderBy(c => c.Name, StringComparer.Ordinal);

    /// <summary>The request that corresponds to the command line.</summary>
    public MergeRequest Request(string outputDirectory)
    {
        var request = new MergeRequest { Name = "out", RecipePath = RecipePath, ProjectDirectory = Folder, OutputDirectory = outputDirectory, StateDirectory = outputDirectory + ".state", Threads = 2 };
        for (var i = 0; i < Arguments.Count; i++)
        {
            request = Arguments[i] switch
            {
                "--allow-crimes" => request with { AllowCrimes = true },
                "--lora-merge-cache" when Arguments[++i].Length > 0 => request,
                "--lora-merge-dtype" when Arguments[++i] == "float32" => request with { LoraDType = DType.F32 },
                "--clone-tensors" => request with { CloneTensors = true },
                "--lazy-unpickle" or "--no-safe-serialization" => request,
                "--no-write-model-card" => request with { WriteModelCard = false },
                "--no-copy-tokenizer" => request with { CopyTokenizer = false },
                "--out-path" or "-I" when Arguments[++i].Length > 0 => request,
                "--random-seed" => request with { Seed = long.Parse(Arguments[++i]) },
                "--out-shard-size" when Arguments[++i] == "20K" => request with { ShardSize = 20_000 },
                var other => throw new InvalidOperationException($"{Name}: unknown argument {other}."),
            };
        }

        return request;
    }

    /// <summary>The folders to compare for a request that was carried out: mergekit's and ours, of the stages and of the final merge.</summary>
    public IEnumerable<(string Expected, string Actual)> Outputs(MergeRequest request)
    {
        var stages = Path.Combine(Folder, "expected-stages");
        return (Directory.Exists(stages) ? Directory.GetDirectories(stages) : [])
            .Select(stage => (stage, Path.Combine(request.StateDirectory, "stages", Path.GetFileName(stage), "model")))
            .Append((ExpectedFolder, request.OutputDirectory));
    }

    public override string ToString() => Name;

    private string? Text(string key) => json.TryGetProperty(key, out var value) ? value.GetString() : null;
}
