using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>provenance.intoto.json says what a model was made from, and nothing about where and when.</summary>
public sealed class ProvenanceTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly MergeWorkspace workspace = new();

    public ProvenanceTests() => SmallModels.Write(workspace);

    [Fact]
    public void It_is_an_in_toto_statement_with_a_SLSA_provenance()
    {
        var statement = Merge(Request());
        Assert.Equal(["_type", "subject", "predicateType", "predicate"], Names(statement));
        Assert.Equal("https://in-toto.io/Statement/v1", statement.GetProperty("_type").GetString());
        Assert.Equal("https://slsa.dev/provenance/v1", statement.GetProperty("predicateType").GetString());
        var predicate = statement.GetProperty("predicate");
        Assert.Equal(["buildDefinition", "runDetails"], Names(predicate));
        Assert.Equal(["buildType", "externalParameters", "internalParameters", "resolvedDependencies"], Names(predicate.GetProperty("buildDefinition")));
        Assert.Equal("pkg:nuget/MergeKit.Build#model-merge/v1", predicate.GetProperty("buildDefinition").GetProperty("buildType").GetString());
        Assert.Equal(["builder"], Names(predicate.GetProperty("runDetails")));
        var builder = predicate.GetProperty("runDetails").GetProperty("builder");
        Assert.Equal("pkg:nuget/MergeKit.Build", builder.GetProperty("id").GetString());
        Assert.Equal(EngineVersion.Product, builder.GetProperty("version").GetProperty("MergeKit.Build").GetString());
    }

    [Fact]
    public void Its_subjects_are_all_other_files_of_the_model_with_their_digests()
    {
        workspace.Write("a/tokenizer.json", "{}");
        var statement = Merge(Request() with { ShardSize = 1 });
        var expected = Directory.GetFiles(workspace.Output).Order(StringComparer.Ordinal)
            .Where(path => Path.GetFileName(path) is not ("provenance.intoto.json" or "mergekit_manifest.json"))
            .Select(path => (Path.GetFileName(path), Sha256(path)));
        Assert.Equal(expected, Digests(statement.GetProperty("subject")));
    }

    [Fact]
    public void It_names_every_input_as_the_recipe_does()
    {
        workspace.Write("a/tokenizer.json", "{}");
        workspace.Write("b/tokenizer.json", "{\"not\": \"copied\"}");
        workspace.Write("b/README.md", "---\nlicense: mit\n---\n");
        var recipe = SmallModels.Linear.Replace("model: b", "model: ./b/", StringComparison.Ordinal);
        workspace.Write("recipe.yml", recipe);
        var dependencies = Definition(Merge(Request() with { RecipeText = null })).GetProperty("resolvedDependencies");
        Assert.Equal(
            new[] { "./b/README.md", "./b/config.json", "./b/model.safetensors", "a/config.json", "a/model.safetensors", "a/tokenizer.json", "recipe.yml" }
                .Select(name => (name, Sha256(workspace[name]))),
            Digests(dependencies));
        Assert.All(dependencies.EnumerateArray(), dependency => Assert.Equal(["name", "digest"], Names(dependency)));
    }

    [Fact]
    public void Cards_are_inputs_only_where_a_card_is_written()
    {
        workspace.Write("b/README.md", "---\nlicense: mit\n---\n");
        Assert.Contains("b/README.md", Dependencies(Request()));
        Assert.DoesNotContain("b/README.md", Dependencies(Request() with { WriteModelCard = false }));
    }

    [Fact]
    public void A_model_from_a_package_says_which()
    {
        var request = Request(SmallModels.Linear.Replace("model: b", "model: chat", StringComparison.Ordinal)) with
        {
            NamedModels = new Dictionary<string, string> { ["chat"] = workspace["b"] },
            NamedModelPackages = new Dictionary<string, string> { ["chat"] = "pkg:nuget/Contoso.Chat.Base@1.2.0" },
        };
        foreach (var dependency in Definition(Merge(request)).GetProperty("resolvedDependencies").EnumerateArray())
        {
            var isPackaged = dependency.GetProperty("name").GetString()!.StartsWith("chat/", StringComparison.Ordinal);
            Assert.Equal(isPackaged ? "pkg:nuget/Contoso.Chat.Base@1.2.0" : null, dependency.TryGetProperty("annotations", out var annotations) ? annotations.GetProperty("package").GetString() : null);
        }
    }

    [Fact]
    public void A_snapshot_of_the_Hugging_Face_cache_has_its_commit_as_revision()
    {
        Directory.CreateDirectory(workspace["hub/models--org--b/snapshots"]);
        Directory.Move(workspace["b"], workspace[$"hub/models--org--b/snapshots/{Commit}"]);
        var recipe = SmallModels.Linear.Replace("model: b", $"model: hub/models--org--b/snapshots/{Commit}", StringComparison.Ordinal);
        foreach (var dependency in Definition(Merge(Request(recipe))).GetProperty("resolvedDependencies").EnumerateArray())
        {
            var isSnapshot = dependency.GetProperty("name").GetString()!.StartsWith("hub/", StringComparison.Ordinal);
            Assert.Equal(isSnapshot ? Commit : null, dependency.TryGetProperty("annotations", out var annotations) ? annotations.GetProperty("revision").GetString() : null);
        }
    }

    [Fact]
    public void The_parameters_are_those_that_the_bytes_depend_on()
    {
        workspace.Write("recipe.yml", SmallModels.Linear);
        var definition = Definition(Merge(Request() with { RecipeText = null, Seed = long.MaxValue, ShardSize = 123_456, CopyTokenizer = false, Threads = 1, MemoryLimit = 1 << 20 }));
        var parameters = definition.GetProperty("externalParameters");
        Assert.Equal(["recipe", "name", "seed", "shardSize", "allowCrimes", "copyTokenizer", "writeModelCard"], Names(parameters));
        Assert.Equal("out", parameters.GetProperty("name").GetString());
        Assert.Equal("9223372036854775807", parameters.GetProperty("seed").GetString());
        Assert.Equal("123456", parameters.GetProperty("shardSize").GetString());
        Assert.False(parameters.GetProperty("copyTokenizer").GetBoolean());
        var recipe = parameters.GetProperty("recipe");
        Assert.Equal("recipe.yml", recipe.GetProperty("file").GetString());
        Assert.Equal(SmallModels.Linear, recipe.GetProperty("text").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SmallModels.Linear))), recipe.GetProperty("sha256").GetString());
        Assert.Equal("linear", definition.GetProperty("internalParameters").GetProperty("mergeMethod").GetString());
        Assert.Equal(EngineVersion.Format, definition.GetProperty("internalParameters").GetProperty("engineFormat").GetInt32());
    }

    [Fact]
    public void A_recipe_inside_a_project_file_has_no_file_of_its_own()
    {
        workspace.Write("Models.proj", "<Project />");
        var definition = Definition(Merge(Request() with { RecipePath = workspace["Models.proj"] }));
        Assert.Equal(["sha256", "text"], Names(definition.GetProperty("externalParameters").GetProperty("recipe")));
        Assert.DoesNotContain("Models.proj", Digests(definition.GetProperty("resolvedDependencies")).Select(resource => resource.Name));
    }

    [Fact]
    public void Two_clones_in_different_places_have_equal_bytes_with_any_threads()
    {
        using var clone = new MergeWorkspace();
        SmallModels.Write(clone);
        foreach (var place in new[] { workspace, clone })
        {
            place.Write("recipe.yml", SmallModels.Linear);
            place.Write("a/tokenizer.json", "{}");
        }

        MergeWorkspace.Merge(Request() with { RecipeText = null, Threads = 1 });
        MergeWorkspace.Merge(clone.Request("") with { RecipeText = null, OutputDirectory = clone["elsewhere/deeper/model"], StateDirectory = clone["s"], Threads = 5, ChunkElements = 4096 });

        Assert.Equal(FolderContent.Of(workspace.Output), FolderContent.Of(clone["elsewhere/deeper/model"]));
        Assert.DoesNotContain(workspace.Path, File.ReadAllText(Path.Combine(workspace.Output, "provenance.intoto.json")), StringComparison.Ordinal);
    }

    public void Dispose() => workspace.Dispose();

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private static JsonElement Definition(JsonElement statement) => statement.GetProperty("predicate").GetProperty("buildDefinition");

    private static IEnumerable<(string Name, string Digest)> Digests(JsonElement resources) =>
        resources.EnumerateArray().Select(resource => (resource.GetProperty("name").GetString()!, resource.GetProperty("digest").GetProperty("sha256").GetString()!));

    private MergeRequest Request(string recipe = SmallModels.Linear) => workspace.Request(recipe);

    private IEnumerable<string> Dependencies(MergeRequest request) =>
        Digests(Definition(Merge(request)).GetProperty("resolvedDependencies")).Select(resource => resource.Name);

    private JsonElement Merge(MergeRequest request)
    {
        MergeWorkspace.Merge(request);
        return JsonDocument.Parse(File.ReadAllText(Path.Combine(workspace.Output, "provenance.intoto.json"))).RootElement;
    }
}
