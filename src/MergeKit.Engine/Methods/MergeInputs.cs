using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>Everything a method gets for one output tensor. All tensors have one shape.</summary>
/// <param name="Name">Name of the output tensor.</param>
/// <param name="Base">The base model's tensor, for methods to which a base means something; null without one.</param>
/// <param name="Models">The other tensors, in recipe order.</param>
/// <param name="Parameters">The parameters that hold for the whole tensor.</param>
internal sealed record MergeInputs(string Name, MergeInput? Base, IReadOnlyList<MergeInput> Models, ParameterValues Parameters)
{
    public double this[NumberParameter parameter] => Parameters[parameter];

    public bool this[FlagParameter parameter] => Parameters[parameter];

    /// <summary>The task vectors xᵢ − b; without a base the tensors themselves.</summary>
    public IReadOnlyList<Tensor> Vectors() => [.. Models.Select(model => Base is null ? (Tensor)model.Tensor : model.Tensor - Base.Tensor)];

    /// <summary>The sum of terms made of <see cref="Vectors"/>, added to the base if there is one.</summary>
    public Tensor FromOrigin(IEnumerable<(double Factor, Tensor X)> terms) => Tensor.Sum(Base is null ? terms : terms.Prepend((1, Base.Tensor)));

    /// <summary>An error for data that the method cannot merge.</summary>
    public MergeException Failure(string reason) => new(DiagnosticCode.TensorNotMergeable, null, Name, reason);
}
