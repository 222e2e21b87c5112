using System.Globalization;
using System.Text.Json.Serialization;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// Everything that the bytes of an output tensor depend on, part by part, and a hash of it: tensors of equal hash are equal. Names of models
/// and, unless the method draws random numbers, of the tensor are not among it.
/// </summary>
/// <param name="Hash">SHA-256 of kinds and values of the parts, in lowercase hexadecimal.</param>
/// <param name="Parts">The parts, in a fixed order.</param>
internal sealed record TensorFingerprint(string Hash, IReadOnlyList<FingerprintPart> Parts)
{
    /// <summary>Whether the parts can be told apart, as those of every fingerprint that was not read from a damaged file.</summary>
    [JsonIgnore]
    public bool HasDistinctKinds => Parts.All(part => part is not null) && Parts.Select(part => part.Kind).Distinct(StringComparer.Ordinal).Count() == Parts.Count;

    /// <summary>The fingerprint of a planned tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="seed">The merge's seed; part of it where the method draws random numbers.</param>
    /// <param name="digests">Digests of the stored inputs, and what computes with them; the latter is part of it where there is something to compute.</param>
    public static TensorFingerprint Of(PlannedTensor tensor, long seed, IContentDigests digests)
    {
        var parts = new List<FingerprintPart>
        {
            new("format", EngineVersion.Format.ToString(CultureInfo.InvariantCulture), "format of the engine"),
            new("shape", tensor.Shape.ToString(), "shape"),
            new("dtype", tensor.OutputDType.TorchName(), "dtype"),
            new("input dtype", tensor.InputDType?.TorchName() ?? "as stored", "dtype of the inputs"),
            new("method", tensor.Method is { } method ? string.Create(CultureInfo.InvariantCulture, $"{method.Name} {method.Version}") : "copy", "merge method"),
        };
        if (tensor.Method is not null && digests.Backend is { } backend)
        {
            parts.Add(new(FingerprintPart.Backend, backend, "device"));
        }

        if (tensor.Method is { IsRandom: true })
        {
            parts.Add(new("seed", seed.ToString(CultureInfo.InvariantCulture), "seed"));
            parts.Add(new("name", tensor.Name, "tensor name"));
        }

        AddParameters(parts, "", "", tensor.Parameters);
        if (tensor.Base is { } origin)
        {
            AddInput(parts, "base", origin, digests);
        }

        for (var i = 0; i < tensor.Models.Count; i++)
        {
            AddInput(parts, string.Create(CultureInfo.InvariantCulture, $"model {i}"), tensor.Models[i], digests);
        }

        return new TensorFingerprint(Hashed(parts), parts);
    }

    private static void AddInput(List<FingerprintPart> parts, string kind, PlannedInput input, IContentDigests digests)
    {
        parts.Add(new(kind, input.Source.ContentId(digests), $"content of {input.Model}") { IsContent = true });
        AddParameters(parts, $"{kind} ", $" of {input.Model}", input.Parameters);
    }

    private static void AddParameters(List<FingerprintPart> parts, string kind, string owner, ParameterValues values) =>
        parts.AddRange(values.Given.Select(value =>
            new FingerprintPart($"{kind}{value.Name}", Convert.ToString(value.Value, CultureInfo.InvariantCulture)!, $"{value.Name}{owner}")));

    private static string Hashed(List<FingerprintPart> parts)
    {
        // Lengths keep the boundaries: no two lists of parts give one text.
        var text = string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Kind.Length} {part.Kind} {part.Value.Length} {part.Value}\n")));
        return Sha256Text.Of(text);
    }
}
