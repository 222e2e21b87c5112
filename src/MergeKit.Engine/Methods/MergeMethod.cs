using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>
/// A merge method: its declaration (name, inputs, parameters) and its formula. A concrete subclass is registered by existing.
/// </summary>
internal abstract class MergeMethod
{
    /// <summary>All methods, by name.</summary>
    public static IReadOnlyDictionary<string, MergeMethod> All { get; } = typeof(MergeMethod).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(MergeMethod)) && !type.IsAbstract)
        .Select(type => (MergeMethod)Activator.CreateInstance(type)!)
        .ToDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>The value of <c>merge_method</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The name as papers write it.</summary>
    public abstract string Title { get; }

    /// <summary>What it does, in one or two sentences.</summary>
    public abstract string Summary { get; }

    /// <summary>When to choose it: ends the sentence "Use it when".</summary>
    public abstract string UseWhen { get; }

    /// <summary>What it computes, in plain text, in the notation of docs/methods.md.</summary>
    public abstract string Formula { get; }

    /// <summary>A complete recipe, of the models ./base, ./chat, ./math and ./code.</summary>
    public abstract string Example { get; }

    /// <summary>Where the method comes from; null where there is no paper.</summary>
    public virtual string? Reference => null;

    /// <summary>What base_model means to it.</summary>
    public abstract BaseRole BaseRole { get; }

    /// <summary>Fewest models besides a base that has a role.</summary>
    public virtual int MinimumModels => 1;

    /// <summary>Most models besides a base that has a role.</summary>
    public virtual int MaximumModels => int.MaxValue;

    /// <summary>How many models it takes, in words, for error texts and documentation.</summary>
    public string ExpectedModels
    {
        get
        {
            var number = MinimumModels == MaximumModels ? $"exactly {MinimumModels}"
                : MaximumModels == int.MaxValue ? $"at least {MinimumModels}"
                : $"{MinimumModels} to {MaximumModels}";
            var besides = BaseRole switch
            {
                BaseRole.Required => " besides the base model",
                BaseRole.Optional => " besides the base model, if there is one",
                _ => "",
            };
            return $"{number} {(number.EndsWith(" 1", StringComparison.Ordinal) ? "model" : "models")}{besides}";
        }
    }

    /// <summary>The parameters it knows.</summary>
    public abstract IReadOnlyList<MethodParameter> Parameters { get; }

    /// <summary>Part of every fingerprint: rises when the method's results change.</summary>
    public virtual int Version => 1;

    /// <summary>Whether the result depends on the seed.</summary>
    public virtual bool IsRandom => false;

    /// <summary>Whether the result is the base plus something made of the models' changes to it, so that a bias the base lacks can count as zero.</summary>
    public virtual bool UsesTaskVectors => BaseRole == BaseRole.Required;

    /// <summary>Whether AllowCrimes lets the method do without models whose tensors have another shape than the base's.</summary>
    public virtual bool SkipsMismatchedModels => false;

    /// <summary>Checks the parameters of one model against each other; null if they fit.</summary>
    public virtual ParameterConflict? FindConflict(ParameterValues model) => null;

    /// <summary>Checks the parameters of all models of a tensor against each other; null if they fit.</summary>
    public virtual ParameterConflict? FindConflict(ParameterValues tensor, IReadOnlyList<ParameterValues> models) => null;

    /// <summary>The formula: inputs and parameters to a lazy result of the same shape.</summary>
    public abstract Tensor Merge(MergeInputs inputs, ITensorMath math);
}
