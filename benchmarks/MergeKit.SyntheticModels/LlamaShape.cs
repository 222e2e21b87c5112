using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.SyntheticModels;

/// <summary>The sizes of a Llama checkpoint in bfloat16.</summary>
/// <param name="Vocabulary">Rows of the embedding.</param>
/// <param name="Hidden">Width of the layers.</param>
/// <param name="Intermediate">Width inside the feed-forward blocks.</param>
/// <param name="Layers">Number of layers.</param>
public sealed record LlamaShape(int Vocabulary, int Hidden, int Intermediate, int Layers)
{
    /// <summary>The sizes of Llama 2 70B: grouped-query attention, and a head of its own.</summary>
    public static readonly LlamaShape Of70B = new(32_000, 8192, 28_672, 80) { KeyValueWidth = 1024, HasTiedEmbeddings = false };

    private const int HiddenStep = 64;

    /// <summary>Rows of the key and value projections.</summary>
    public int KeyValueWidth { get; init; } = Hidden;

    /// <summary>Whether the embedding is the head as well.</summary>
    public bool HasTiedEmbeddings { get; init; } = true;

    /// <summary>Size of all tensors in bytes.</summary>
    public long ByteLength => Tensors.Sum(tensor => tensor.ByteLength);

    /// <summary>The checkpoint's tensors.</summary>
    public IEnumerable<TensorDeclaration> Tensors =>
    [
        Tensor("model.embed_tokens.weight", Vocabulary, Hidden),
        .. Enumerable.Range(0, Layers).SelectMany(Layer),
        Tensor("model.norm.weight", Hidden),
        .. HasTiedEmbeddings ? Array.Empty<TensorDeclaration>() : [Tensor("lm_head.weight", Vocabulary, Hidden)],
    ];

    /// <summary>The smallest model of usual proportions with that many layers and bytes.</summary>
    /// <param name="bytes">The least size of all tensors.</param>
    /// <param name="layers">Number of layers.</param>
    public static LlamaShape OfSize(long bytes, int layers)
    {
        var hidden = HiddenStep;
        while (OfWidth(hidden, layers).ByteLength < bytes)
        {
            hidden += HiddenStep;
        }

        return OfWidth(hidden, layers);
    }

    /// <summary>The same with as many layers as it takes to have that many bytes.</summary>
    /// <param name="bytes">The least size of all tensors.</param>
    public LlamaShape WithLayersFor(long bytes)
    {
        var shape = this;
        while (shape.ByteLength < bytes)
        {
            shape = shape with { Layers = shape.Layers + 1 };
        }

        return shape;
    }

    private static LlamaShape OfWidth(int hidden, int layers) => new(32_000, hidden, hidden * 11 / 4, layers);

    private static TensorDeclaration Tensor(string name, params ReadOnlySpan<long> shape) => new(name, DType.BF16, new TensorShape(shape));

    private IEnumerable<TensorDeclaration> Layer(int index)
    {
        var prefix = $"model.layers.{index}.";
        return
        [
            Tensor($"{prefix}self_attn.q_proj.weight", Hidden, Hidden),
            Tensor($"{prefix}self_attn.k_proj.weight", KeyValueWidth, Hidden),
            Tensor($"{prefix}self_attn.v_proj.weight", KeyValueWidth, Hidden),
            Tensor($"{prefix}self_attn.o_proj.weight", Hidden, Hidden),
            Tensor($"{prefix}mlp.gate_proj.weight", Intermediate, Hidden),
            Tensor($"{prefix}mlp.up_proj.weight", Intermediate, Hidden),
            Tensor($"{prefix}mlp.down_proj.weight", Hidden, Intermediate),
            Tensor($"{prefix}input_layernorm.weight", Hidden),
            Tensor($"{prefix}post_attention_layernorm.weight", Hidden),
        ];
    }
}
