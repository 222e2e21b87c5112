using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>A case in which our result is meant to differ from mergekit's, why, and in what exactly.</summary>
/// <param name="Reason">Why.</param>
internal sealed record Deviation(string Reason)
{
    public static IReadOnlyDictionary<string, Deviation> All { get; } = new Dictionary<string, Deviation>(StringComparer.Ordinal)
    {
        ["bert-mlm-aliases"] = new("mergekit drops the masked-language-model transform, which both inputs have; it is merged here")
        {
            ExtraTensors = name => name.StartsWith("cls.predictions.transform.", StringComparison.Ordinal),
        },
        ["mixtral-linear"] = new("mergekit writes experts in the fused layout of the transformers version in use; the checkpoints' own layout is kept here")
        {
            Rename = FusedExperts.Split,
        },
        ["slices-source-count-differs"] = new("mergekit takes only as many of the last slice's sources for final norm and lm_head as the first slice has; all are taken here")
        {
            NotCompared = name => name is "lm_head.weight" or "model.norm.weight",
        },
        ["shape-mismatch-ties"] = new("models whose shapes do not fit are an error here unless AllowCrimes is set")
        {
            AllowCrimes = true,
        },
        ["linear-mixed-input-dtypes"] = new("mergekit leaves the first model's dtype in config.json; here it says what was written")
        {
            StatedDType = "float32",
        },
        ["tied-untied-mix"] = new("tie_word_embeddings is false here when lm_head is written, so that loaders do not drop it")
        {
            UntiesEmbeddings = true,
        },
        ["qwen2-tied-untied-ta"] = new("tie_word_embeddings is false here when lm_head is written, so that loaders do not drop it")
        {
            UntiesEmbeddings = true,
        },
        ["arcee-fusion-f32"] = new("the divergence of nearly equal rows is rounding noise in mergekit's float32 and is computed in float64 here, so some elements fall on the other side of the threshold")
        {
            AllowedFraction = 0.01,
        },
        ["arcee-fusion-bf16"] = new("mergekit writes float32 for dtype bfloat16; bfloat16 is written here, computed with less rounding")
        {
            Rename = AsBFloat16,
        },
        ["arcee-fusion-bf16-out"] = new("the same computation as arcee-fusion-bf16, for which the reference states how far bfloat16 noise moves the threshold")
        {
            AllowedFraction = 0.1,
        },
        ["linear-pickle-output"] = new("mergekit writes pytorch_model.bin when asked to; weights are always written as safetensors here"),
        ["breadcrumbs-default-gamma-f32"] = new("mergekit drops the whole task vector of a tensor in which no element is in the top fraction; it is kept here")
        {
            NotCompared = name => name.Contains("norm", StringComparison.Ordinal),
        },
    };

    /// <summary>Cases that fail in mergekit and are merged here, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> Accepted { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["bert-aliases"] = "mergekit fails on BERT models that differ in their names for layer norms; both names are understood here",
        ["error-lora-without-cache"] = "mergekit asks for --lora-merge-cache, where it keeps merged copies; here adapters are applied while models are read",
        ["error-token-zero-kind"] = "mergekit fails on kind: zero; here the token's embedding is zero, as its documentation says",
        ["tokenizer-new-token-base"] = "mergekit fails on a new token with source: base; here it is added, as with source: union",
        ["error-multi-no-out-path"] = "mergekit-multi asks for --out-path; here the project says where a model goes",
        ["error-karcher-vocab-mismatch"] = "karcher fails in mergekit where vocabularies differ; here the rows that all models have are merged, as by every method, with a warning",
    };

    /// <summary>Cases that mergekit merges and that are errors here, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> Rejected { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["chat-template-invalid"] = "mergekit logs that the chat template is invalid and writes a model without tokenizer; here it is an error before anything is merged",
    };

    public static Deviation None { get; } = new("");

    /// <summary>Tensors that are written here and not by mergekit.</summary>
    public Predicate<string> ExtraTensors { get; init; } = _ => false;

    /// <summary>Tensors whose values differ by design; another test checks them.</summary>
    public Predicate<string> NotCompared { get; init; } = _ => false;

    /// <summary>Takes an expected tensor apart into those that are written here.</summary>
    public Func<ExpectedTensor, IEnumerable<ExpectedTensor>> Rename { get; init; } = tensor => [tensor];

    /// <summary>The dtype that config.json states here; null for the expected one.</summary>
    public string? StatedDType { get; init; }

    /// <summary>The fraction of elements that may miss the tolerance, on top of what the case allows.</summary>
    public double AllowedFraction { get; init; }

    public bool AllowCrimes { get; init; }

    public bool UntiesEmbeddings { get; init; }

    private static IEnumerable<ExpectedTensor> AsBFloat16(ExpectedTensor tensor)
    {
        var bytes = new byte[tensor.Shape.ElementCount * DType.BF16.Size()];
        FloatCodec.Encode(DType.BF16, tensor.Floats(), bytes);
        return [tensor with { DType = DType.BF16, Bytes = bytes }];
    }
}
