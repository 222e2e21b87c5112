using System.Globalization;
using System.Text.Json.Nodes;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Models;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Output;

/// <summary>
/// What a model was made from, by what and how: an in-toto statement about every file of the folder, with a SLSA provenance predicate.
/// docs/provenance.md describes its fields. It says nothing about the machine, the time or the run, so that its bytes are reproducible too.
/// </summary>
internal static class Provenance
{
    public const string FileName = "provenance.intoto.json";

    public const string StatementType = "https://in-toto.io/Statement/v1";

    public const string PredicateType = "https://slsa.dev/provenance/v1";

    private const string BuilderId = "pkg:nuget/MergeKit.Build";

    /// <summary>What the parameters mean; ends in the version of that meaning.</summary>
    private const string BuildType = BuilderId + "#model-merge/v1";

    /// <summary>The statement's text.</summary>
    /// <param name="plan">The merge.</param>
    /// <param name="backend">What computed, as far as the bytes may depend on it; null for the engine's own arithmetic.</param>
    /// <param name="inputs">Every file that it read, as <see cref="InputDigest.List"/> gives them, in any order.</param>
    /// <param name="outputs">Every file that it wrote but provenance and manifest, in any order.</param>
    public static string Write(MergePlan plan, string? backend, IReadOnlyList<InputDigest> inputs, IReadOnlyList<FileDigest> outputs) => JsonText.Write(new JsonObject
    {
        ["_type"] = StatementType,
        ["subject"] = Sorted(outputs.Select(file => Resource(file.Name, file.Sha256))),
        ["predicateType"] = PredicateType,
        ["predicate"] = new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["buildType"] = BuildType,
                ["externalParameters"] = ExternalParameters(plan),
                ["internalParameters"] = InternalParameters(plan, backend),
                ["resolvedDependencies"] = Sorted(inputs.Select(input => Dependency(input, plan.Request))),
            },
            ["runDetails"] = new JsonObject
            {
                ["builder"] = new JsonObject { ["id"] = BuilderId, ["version"] = new JsonObject { ["MergeKit.Build"] = EngineVersion.Product } },
            },
        },
    });

    /// <summary>
    /// What the user says and the bytes depend on. Whole numbers are texts, because tools take the predicate for protobuf's Struct, which
    /// has floating point numbers only.
    /// </summary>
    private static JsonObject ExternalParameters(MergePlan plan)
    {
        var request = plan.Request;
        var recipe = new JsonObject();
        if (request.RecipeText is null)
        {
            recipe["file"] = Path.GetFileName(request.RecipePath);
        }

        recipe["sha256"] = Sha256Text.Of(plan.RecipeText);
        recipe["text"] = plan.RecipeText;
        var parameters = new JsonObject
        {
            ["recipe"] = recipe,
            ["name"] = request.Name,
            ["seed"] = request.Seed.ToString(CultureInfo.InvariantCulture),
            ["shardSize"] = request.ShardSize.ToString(CultureInfo.InvariantCulture),
            ["allowCrimes"] = request.AllowCrimes,
            ["copyTokenizer"] = request.CopyTokenizer,
            ["writeModelCard"] = request.WriteModelCard,
        };
        if (request.LoraDType is { } loraDType)
        {
            parameters["loraDType"] = loraDType.TorchName();
        }

        return parameters;
    }

    private static JsonObject InternalParameters(MergePlan plan, string? backend)
    {
        var parameters = new JsonObject { ["mergeMethod"] = plan.Method, ["engineFormat"] = EngineVersion.Format };
        if (backend is not null)
        {
            parameters["device"] = backend;
        }

        return parameters;
    }

    private static JsonObject Dependency(InputDigest input, MergeRequest request)
    {
        if (input.Owner is not { } owner)
        {
            return Resource(Path.GetFileName(input.Path), input.Sha256);
        }

        var file = Path.GetRelativePath(owner.Folder, input.Path).Replace('\\', '/');
        var resource = Resource($"{owner.Reference.ToString().TrimEnd('/')}/{file}", input.Sha256);
        var annotations = new JsonObject();
        if (request.NamedModelPackages.TryGetValue(owner.Reference.Path, out var package))
        {
            annotations["package"] = package;
        }

        if ((owner.Commit ?? SnapshotRevision.Of(owner.Reference.Path)) is { } revision)
        {
            annotations["revision"] = revision;
        }

        if (annotations.Count > 0)
        {
            resource["annotations"] = annotations;
        }

        return resource;
    }

    private static JsonObject Resource(string name, string sha256) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = sha256 } };

    private static JsonArray Sorted(IEnumerable<JsonObject> resources) =>
        [.. resources.OrderBy(resource => (string)resource["name"]!, StringComparer.Ordinal)];
}
