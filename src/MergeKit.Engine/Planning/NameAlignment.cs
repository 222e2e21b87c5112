namespace MergeKit.Engine.Planning;

/// <summary>
/// Gives the tensors of a model the names that the merge's first model has for them. Either may be a part of the other: a language model alone
/// and the one in a vision-language model.
/// </summary>
internal sealed class NameAlignment
{
    private readonly TensorIndex own;
    private readonly TensorIndex primary;
    private readonly IReadOnlyList<PrefixAlias> aliases;
    private readonly Lazy<HashSet<string>> namesByAlias;

    /// <param name="own">The model under its own names.</param>
    /// <param name="primary">The merge's first model.</param>
    /// <param name="modules">The modules of the recipe in which the model stands.</param>
    public NameAlignment(TensorIndex own, TensorIndex primary, IReadOnlyCollection<string> modules)
    {
        (this.own, this.primary) = (own, primary);

        // The longest first, as a part's name is more than that of the model around it.
        aliases = [.. StackPairs.Find(own, primary, modules).OrderByDescending(alias => alias.From.Length)];
        namesByAlias = new(() => own.Tensors.Keys.Select(ByAlias).ToHashSet(StringComparer.Ordinal));
        UnmatchedStacks = [.. own.Stacks.Select(stack => stack.Prefix).Where(stack => primary.LayerCount(stack) is null && aliases.All(alias => alias.Stack != stack))];
    }

    /// <summary>The model's stacks that are none of the first model's.</summary>
    public IReadOnlyList<string> UnmatchedStacks { get; }

    /// <summary>Whether the first model is a part of this one: all of its layers are here, and others besides.</summary>
    public bool IsWhole =>
        UnmatchedStacks.Count > 0 && primary.Stacks.Count > 0
        && primary.Stacks.All(stack => own.LayerCount(stack.Prefix) is not null || aliases.Any(alias => PlaceOf(alias) == stack.Prefix));

    /// <summary>The first model's name for a tensor.</summary>
    public string Rename(string name)
    {
        var renamed = ByAlias(name);
        return aliases.Count > 0 && IsHead(name) && !primary.Tensors.ContainsKey(renamed) ? HeadLike(name) ?? renamed : renamed;
    }

    /// <summary>Whether a tensor, by the first model's name for it, is of the part that the first model is.</summary>
    public bool IsOfPart(string renamed) =>
        primary.Tensors.ContainsKey(renamed) || IsHead(renamed) || primary.Stacks.Any(stack => renamed.StartsWith(stack.Prefix, StringComparison.Ordinal));

    private string ByAlias(string name) => aliases.Select(alias => alias.Rename(name, primary.Tensors)).FirstOrDefault(other => other != name) ?? name;

    private static bool IsHead(string name) => TensorNames.IsHead(name) || TensorNames.IsHeadBias(name);

    private static string PlaceOf(PrefixAlias alias) => alias.To + alias.Stack[alias.From.Length..];

    /// <summary>The first model's head of that name, wherever it is, unless another one is meant by it; or else its place beside the inner model, if this model has nothing else outside.</summary>
    private string? HeadLike(string name)
    {
        var ending = Ending(name);
        var heads = primary.Tensors.Keys.Where(other => IsHead(other) && Ending(other) == ending).ToList();
        return heads.Count == 1 ? namesByAlias.Value.Contains(heads[0]) ? null : heads[0]
            : aliases is [{ From: "" } alias] && heads.Count == 0 && own.Tensors.Keys.All(other => IsHead(other) || alias.IsInside(other)) ? alias.To + name
            : null;
    }

    private static string Ending(string name) => string.Join('.', name.Split('.').TakeLast(2));
}
