using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Models;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// What an adapter may do to the embedding and the output head of its base model, which a checkpoint often stores once for both: it can
/// give the model a head of its own, and rows for more tokens.
/// </summary>
internal sealed class TiedEmbedding
{
    private readonly TensorIndex index;
    private readonly bool isTied;

    /// <param name="model">The base model.</param>
    public TiedEmbedding(IModelSource model)
    {
        index = TensorIndex.Create(model);
        isTied = Embedding is not null && model.Config.TieWordEmbeddings != false && !index.Tensors.Any(tensor => index.IsOutputHead(tensor.Key, tensor.Value.Shape));
    }

    /// <summary>The input embedding of tokens; null for a model without one.</summary>
    public TensorSource? Embedding => index.TokenEmbedding;

    /// <summary>Whether a tensor is the head of a model that uses its embedding instead.</summary>
    public bool IsMissingHead(string name) => isTied && TensorNames.IsHead(name);

    /// <summary>Whether a tensor may take another's place: one of its type and shape, but for the number of tokens.</summary>
    public bool CanReplace(string name, TensorSource origin, TensorSource tensor)
    {
        var isOfKind = origin.DType.IsFloat() ? tensor.DType.IsFloat() : tensor.DType == origin.DType;
        var hasOtherRows = tensor.Shape.Rank == origin.Shape.Rank && tensor.Shape.Rank > 0 && tensor.Shape.AsSpan()[1..].SequenceEqual(origin.Shape.AsSpan()[1..]);
        return isOfKind && (tensor.Shape.Equals(origin.Shape) || (hasOtherRows && (index.IsPerToken(origin) || index.IsOutputHead(name, origin.Shape))));
    }

    /// <summary>Whether the embedding changes while nothing says what becomes of the head that shares it.</summary>
    /// <param name="replaced">Tensors that the adapter replaces.</param>
    /// <param name="changed">Names of tensors to which it adds.</param>
    public bool IsTorn(IReadOnlyDictionary<string, TensorSource> replaced, IEnumerable<string> changed)
    {
        if (!isTied)
        {
            return false;
        }

        var terms = changed.ToHashSet(StringComparer.Ordinal);
        var isReplaced = replaced.ContainsKey(Embedding!.Name);
        return isReplaced ? !replaced.Keys.Any(IsMissingHead) : terms.Contains(Embedding.Name) && !replaced.Keys.Concat(terms).Any(IsMissingHead);
    }

    /// <summary>The configuration of the model with the adapter.</summary>
    /// <param name="config">The base model's.</param>
    /// <param name="tensors">The tensors of the model with the adapter.</param>
    public ModelConfig Configure(ModelConfig config, IReadOnlyDictionary<string, TensorSource> tensors)
    {
        var json = (JsonObject)config.Json.DeepClone();
        if (Embedding is { } embedding && tensors[embedding.Name].Shape[0] is var rows && rows != embedding.Shape[0])
        {
            OutputConfig.Owner(json, "vocab_size")["vocab_size"] = rows;
        }

        if (tensors.Keys.Any(IsMissingHead))
        {
            OutputConfig.Owner(json, "tie_word_embeddings")["tie_word_embeddings"] = false;
        }

        return ModelConfig.Parse(config.Path, json.ToJsonString());
    }
}
