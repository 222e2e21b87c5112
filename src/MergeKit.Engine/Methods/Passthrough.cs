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

    public override string Summary => "Copies one model's tensors, times scale if given.";

    public override string UseWhen => "layers of one or several models are to be stacked anew (a frankenmerge), or a model is only to be written in another dtype or other shards.";

    public override string Formula => "scale·x";

    public override string Example => """
        merge_method: passthrough
        slices:
          - sources:
              - {model: ./chat, layer_range: [0, 3]}
          - sources:
              - {model: ./math, layer_range: [1, 4]}
        """;

    public override BaseRole BaseRole => BaseRole.OrdinaryModel;

    public override int MaximumModels => 1;

    public override IReadOnlyList<MethodParameter> Parameters => [Scale];

    public override Tensor Merge(MergeInputs inputs, ITensorMath math) => inputs.Models[0][Scale] * inputs.Models[0].Tensor;
}
