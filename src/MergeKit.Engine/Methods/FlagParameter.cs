namespace MergeKit.Engine.Methods;

/// <summary>A parameter that is true or false.</summary>
internal sealed class FlagParameter(string name) : MethodParameter(name)
{
    /// <summary>The value when a recipe gives none.</summary>
    public bool Default { get; init; }

    public override object DefaultValue => Default;

    public override string Expected => "true or false";
}
