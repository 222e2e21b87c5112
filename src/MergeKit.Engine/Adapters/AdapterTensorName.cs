namespace MergeKit.Engine.Adapters;

/// <summary>
/// A name of an adapter's tensor taken apart. PEFT has written <c>base_model.model.MODULE.lora_A.weight</c> for years; raw training
/// checkpoints have the adapter's name in it (<c>lora_A.default.weight</c>), other tools leave the prefix out.
/// </summary>
/// <param name="Module">The module.</param>
/// <param name="Role">What the tensor is to it.</param>
internal sealed record AdapterTensorName(string Module, AdapterRole Role)
{
    private const string Prefix = "base_model.model.";
    private const string Saved = "modules_to_save";

    /// <summary>Takes a name apart; null for a tensor that replaces one of the base model.</summary>
    public static AdapterTensorName? TryParse(string name)
    {
        var segments = WithoutPrefix(name).Split('.');
        var place = Array.FindLastIndex(segments, segment => segment.StartsWith("lora_", StringComparison.Ordinal));
        return place > 0 && RoleOf(segments[place], segments[(place + 1)..]) is { } role
            ? new AdapterTensorName(string.Join('.', segments[..place]), role)
            : null;
    }

    /// <summary>
    /// The names that the base model may have for a tensor that replaces one of it, the likeliest first; none for a copy of the base's own.
    /// </summary>
    public static IReadOnlyList<string> Replaced(string name)
    {
        var segments = WithoutPrefix(name).Split('.').Where(segment => segment != "base_layer").ToList();
        var saved = segments.IndexOf(Saved);
        if (segments.Contains("original_module"))
        {
            return [];
        }

        if (saved < 0)
        {
            return [string.Join('.', segments)];
        }

        segments.RemoveAt(saved);
        var named = segments.Where((_, i) => i != saved).ToList();
        return saved < segments.Count - 1 ? [string.Join('.', segments), string.Join('.', named)] : [string.Join('.', segments)];
    }

    private static string WithoutPrefix(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    /// <summary>The role by a segment and those after it, which may begin with the adapter's name.</summary>
    private static AdapterRole? RoleOf(string segment, string[] rest) => (segment, rest) switch
    {
        ("lora_A", ["weight"] or [_, "weight"]) => AdapterRole.A,
        ("lora_B", ["weight"] or [_, "weight"]) => AdapterRole.B,
        ("lora_B", ["bias"] or [_, "bias"]) => AdapterRole.BiasOfB,
        ("lora_embedding_A", [] or [_]) => AdapterRole.EmbeddingA,
        ("lora_embedding_B", [] or [_]) => AdapterRole.EmbeddingB,
        ("lora_magnitude_vector", [] or [_] or [_, "weight"]) => AdapterRole.Magnitude,
        _ => null,
    };
}
