using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Models;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Planning;

/// <summary>
/// A checkpoint's tensors under the names that the merge uses (those of its first model), and its structure as read from names and
/// config.json: layer stacks, input embedding, output head. No table of architectures is involved.
/// </summary>
internal sealed class TensorIndex
{
    private readonly LayeredNames layers;

    private TensorIndex(Dictionary<string, TensorSource> tensors, ModelConfig config)
    {
        Tensors = tensors;
        layers = new LayeredNames(tensors.Keys);
        Stacks = FindStacks(layers.Groups, config);
        OwnStacks = [.. Stacks.Select(stack => stack.Prefix)];
        TokenEmbedding = tensors.Values.Where(t => t.Shape.Rank == 2 && TensorNames.IsTokenEmbedding(t.Name))
            .OrderByDescending(t => t.Shape[0]).ThenBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault();
        VocabularySize = config.GetInt("vocab_size") ?? NestedVocabularySize(config.Json);
    }

    /// <summary>The tensors by the merge's names.</summary>
    public IReadOnlyDictionary<string, TensorSource> Tensors { get; }

    /// <summary>The layer stacks in ordinal order of their prefixes; usually one.</summary>
    public IReadOnlyList<LayerStack> Stacks { get; }

    /// <summary>The input embedding of tokens, if there is one.</summary>
    public TensorSource? TokenEmbedding { get; }

    /// <summary>The number of token ids that config.json states.</summary>
    public int? VocabularySize { get; }

    /// <summary>The prefixes of the layer stacks under the model's own names.</summary>
    public IReadOnlyList<string> OwnStacks { get; private init; }

    /// <summary>The layer stacks that no stack of the merge's first model corresponds to, under the model's own names.</summary>
    public IReadOnlyList<string> UnmatchedStacks { get; private init; } = [];

    /// <summary>The model's own names of tensors outside the part that the merge's first model is; they take no part.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>Indexes a model under its own names.</summary>
    public static TensorIndex Create(IModelSource model) => new(Rename(model.Tensors, TensorNames.Modern), model.Config);

    /// <summary>Indexes a model under the names that another has for the same tensors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="primary">The model that sets the names.</param>
    /// <param name="modules">The modules of the recipe in which the model stands.</param>
    public static TensorIndex Create(IModelSource model, TensorIndex primary, IReadOnlyCollection<string> modules)
    {
        var own = Create(model);
        var alignment = new NameAlignment(own, primary, modules);
        var tensors = Rename(own.Tensors, alignment.Rename);
        var leftOut = alignment.IsWhole ? tensors.Where(tensor => !alignment.IsOfPart(tensor.Key)).ToList() : [];
        foreach (var (name, _) in leftOut)
        {
            tensors.Remove(name);
        }

        return new TensorIndex(tensors, model.Config)
        {
            OwnStacks = own.OwnStacks,
            UnmatchedStacks = alignment.UnmatchedStacks,
            LeftOut = [.. leftOut.Select(tensor => tensor.Value.Name)],
        };
    }

    /// <summary>The stack of which a tensor is part; null for tensors outside the layers.</summary>
    public LayerStack? StackOf(string name) =>
        LayerName.TryParse(name, out var parsed) ? Stacks.FirstOrDefault(stack => stack.Prefix == parsed.Stack) : null;

    /// <summary>The tensors of one layer: what follows the layer's number in their names.</summary>
    public IEnumerable<string> LayerTensors(string stack, int layer) => layers.Find(stack)?.RestsOf(layer) ?? [];

    /// <summary>How many layers of a prefix there are (the highest number plus one); null for none.</summary>
    public int? LayerCount(string stack) => layers.Find(stack)?.LayerCount;

    /// <summary>The tensors of a stack's layers, by what follows the layer's number, with the shape in the first layer that has them.</summary>
    public IReadOnlyDictionary<string, TensorShape> LayerShapes(string stack) =>
        Tensors.Keys.Select(name => LayerName.TryParse(name, out var parsed) ? parsed : null).OfType<LayerName>()
            .Where(name => name.Stack == stack).OrderBy(name => name.Layer).DistinctBy(name => name.Rest)
            .ToDictionary(name => name.Rest, name => Tensors[LayerName.Format(stack, name.Layer, name.Rest)].Shape, StringComparer.Ordinal);

    /// <summary>Whether a tensor outside the layers maps hidden states back to tokens, so that a model without it uses its input embedding.</summary>
    public bool IsOutputHead(string name, TensorShape shape) =>
        StackOf(name) is null && !TensorNames.IsBeforeLayers(name) && shape.Rank == 2
        && TokenEmbedding is { } embedding && embedding.Shape[1] == shape[1]
        && (embedding.Shape[0] == shape[0] || TensorNames.IsHead(name));

    /// <summary>Whether a tensor has a row (or element) per token id, and so may have other row counts in other models.</summary>
    public bool IsPerToken(TensorSource tensor) =>
        tensor.Shape.Rank is 1 or 2
        && (tensor == TokenEmbedding || (VocabularySize is { } size && tensor.Shape[0] >= size && tensor.Shape[0] == (TokenEmbedding?.Shape[0] ?? size)));

    /// <summary>Whether a tensor outside the layers surely has a row (or element) per token: an embedding, an output head or its bias.</summary>
    public bool HasRowPerToken(string name, TensorSource tensor) =>
        tensor.DType.IsFloat() && TokenEmbedding is { } embedding
        && tensor.Shape.Rank switch
        {
            2 => TensorNames.IsTokenEmbedding(name) || IsOutputHead(name, tensor.Shape),
            1 => TensorNames.IsOptional(name) && !TensorNames.IsBeforeLayers(name) && tensor.Shape[0] == embedding.Shape[0]
                && (TensorNames.IsHeadBias(name) || tensor.Shape[0] != embedding.Shape[1]),
            _ => false,
        };

    /// <summary>
    /// The numbered group with most tensors, those with at least half as many, and all whose length stands in config.json as a layer count, which
    /// need not state a default (other numbered groups, such as the parts of a classifier, are not layers that could be stacked).
    /// </summary>
    private static IReadOnlyList<LayerStack> FindStacks(IReadOnlyCollection<NumberedGroup> groups, ModelConfig config)
    {
        var counts = LayerCounts.In(config.Json).Select(count => count.Value).ToHashSet();
        var most = groups.Count == 0 ? 0 : groups.Max(group => group.TensorCount);
        return
        [
            .. groups.Where(group => group.TensorCount * 2 >= most || counts.Contains(group.LayerCount))
                .OrderBy(group => group.Prefix, StringComparer.Ordinal)
                .Select(group => new LayerStack(group.Prefix, group.LayerCount)),
        ];
    }

    /// <summary>Gives tensors other names, except where that name is taken by another tensor.</summary>
    private static Dictionary<string, TensorSource> Rename(IReadOnlyDictionary<string, TensorSource> tensors, Func<string, string> rename)
    {
        var taken = tensors.Keys.ToHashSet(StringComparer.Ordinal);
        return tensors.ToDictionary(
            pair => rename(pair.Key) is var renamed && taken.Add(renamed) ? renamed : pair.Key,
            pair => pair.Value,
            StringComparer.Ordinal);
    }

    private static int? NestedVocabularySize(JsonObject config) =>
        config["text_config"] is JsonObject text && text["vocab_size"] is JsonValue value && value.TryGetValue<int>(out var size) ? size : null;
}
