namespace MergeKit.Engine.Methods;

/// <summary>Everything a method gets for one output tensor. All tensors have one shape.</summary>
/// <param name="Base">The base model's tensor, for methods to which a base means something; null without one.</param>
/// <param name="Models">The other tensors, in recipe order.</param>
/// <param name="Parameters">The parameters that hold for the whole tensor.</param>
internal sealed record MergeInputs(MergeInput? Base, IReadOnlyList<MergeInput> Models, ParameterValues Parameters)
{
    public double this[NumberParameter parameter] => Parameters[parameter];

    public bool this[FlagParameter parameter] => Parameters[parameter];
}
