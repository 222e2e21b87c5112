namespace MergeKit.Engine.Methods;

/// <summary>b + λ Σ wᵢτᵢ.</summary>
internal sealed class TaskArithmetic() : TaskVectorMethod(normalizeByDefault: false, rescaleByDefault: null)
{
    public override string Name => "task_arithmetic";

    public override string Title => "Task Arithmetic";

    public override string Summary => "Adds what the models learned: the weighted sum of their task vectors on top of the base.";

    public override string UseWhen => "fine-tunes of one base have skills that hardly touch each other, or one is to be subtracted (a negative weight).";

    protected override string SparsifierFormula => "dᵢ = τᵢ";

    public override string Example => """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.6}
          - model: ./math
            parameters: {weight: 0.4}
        dtype: bfloat16
        """;

    public override string Reference => "https://arxiv.org/abs/2212.04089";

    protected override bool SignConsensus => false;
}
