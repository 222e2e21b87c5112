namespace MergeKit.Engine.Methods;

/// <summary>What a recipe's base_model means to a method.</summary>
internal enum BaseRole
{
    /// <summary>Nothing special: a base that is among the models is one of them.</summary>
    OrdinaryModel,

    /// <summary>The method needs a base; it takes no per-model parameters.</summary>
    Required,

    /// <summary>The method works with and without a base.</summary>
    Optional,
}
