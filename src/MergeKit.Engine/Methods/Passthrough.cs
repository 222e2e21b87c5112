using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Methods;

/// <summary>The one input, times <c>scale</c> if given: copies models and stacks their layers.</summary>
internal sealed class Passthrough : MergeMethod
{
    private static readonly NumberParameter Scale = new("scale")
    {
        Description = "Factor of the tensor.", PerModel = true, Default = 1,
    };

    public override string Name => "passthrough";

    public override string Title => "Passthrough";

    public override BaseRole BaseRole => BaseRole.OrdinaryModel;

    public override int MaximumModels => 1;

    public override IReadOnlyList<MethodParameter> Parameters => [Scale];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math) => inputs.Models[0][Scale] * inputs.Models[0].Tensor;
}
