namespace MergeKit.Engine.Methods;

/// <summary>b + λ Σ wᵢτᵢ.</summary>
internal sealed class TaskArithmetic() : TaskVectorMethod(normalizeByDefault: false, rescaleByDefault: null)
{
    public override string Name => "task_arithmetic";

    public override string Title => "Task Arithmetic";

    public override string Reference => "https://arxiv.org/abs/2212.04089";

    protected override bool SignConsensus => false;
}
