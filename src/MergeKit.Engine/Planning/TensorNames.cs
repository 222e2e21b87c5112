namespace MergeKit.Engine.Planning;

/// <summary>What tensor names tell about their tensors' place in a model, by the conventions that architectures share.</summary>
internal static class TensorNames
{
    private static readonly string[] BeforeLayers = ["embed", "wte", "wpe", "shared", "patch", "rotary", "ln_pre"];
    private static readonly string[] OutputHeads = ["lm_head", "embed_out", "unembed"];
    private static readonly string[] TokenEmbeddings = ["embed_tokens", "wte", "word_embeddings", "shared", "embed_in", "tok_embeddings"];
    private static readonly string[] Generators = ["decoder", "text", "language"];

    /// <summary>Whether a tensor outside the layers comes before them (embeddings) or after (final norm, heads).</summary>
    public static bool IsBeforeLayers(string name) => ContainsAny(name, BeforeLayers) && !ContainsAny(name, OutputHeads);

    /// <summary>Whether the tensor is the output head of a language model.</summary>
    public static bool IsHead(string name) => name.EndsWith(".weight", StringComparison.Ordinal) && ContainsAny(name, OutputHeads);

    /// <summary>Whether the tensor is the bias of an output head.</summary>
    public static bool IsHeadBias(string name) => name.EndsWith(".bias", StringComparison.Ordinal) && ContainsAny(name, OutputHeads);

    /// <summary>Whether the tensor is an input embedding of tokens.</summary>
    public static bool IsTokenEmbedding(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) && ContainsAny(name, TokenEmbeddings) && IsBeforeLayers(name);

    /// <summary>Whether the name of a module or of layers says that they are of the part that generates text.</summary>
    public static bool IsOfGenerator(string name) => ContainsAny(name, Generators);

    /// <summary>Whether an architecture has the tensor in some of its models only, so that its absence is no damage: biases.</summary>
    public static bool IsOptional(string name) => name.EndsWith(".bias", StringComparison.Ordinal);

    /// <summary>Whether the tensor is derived from the configuration rather than trained: copied, never merged.</summary>
    public static bool IsBuffer(string name) =>
        name.EndsWith(".inv_freq", StringComparison.Ordinal)
        || name.EndsWith(".masked_bias", StringComparison.Ordinal)
        || name.EndsWith(".position_ids", StringComparison.Ordinal);

    /// <summary>The name under which later versions of an architecture store a tensor (BERT's gamma and beta).</summary>
    public static string Modern(string name) =>
        name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? name[..^"gamma".Length] + "weight"
        : name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? name[..^"beta".Length] + "bias"
        : name;

    private static bool ContainsAny(string name, string[] parts) => Array.Exists(parts, part => name.Contains(part, StringComparison.Ordinal));
}
