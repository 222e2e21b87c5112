namespace MergeKit.Engine.Methods;

/// <summary>Parameters that are legal each for itself but not together.</summary>
/// <param name="Blame">The parameter to change.</param>
/// <param name="Problem">What is wrong, with the values.</param>
internal sealed record ParameterConflict(MethodParameter Blame, string Problem);
