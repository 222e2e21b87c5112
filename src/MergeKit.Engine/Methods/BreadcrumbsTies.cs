namespace MergeKit.Engine.Methods;

/// <summary>Sign consensus over task vectors without their outliers and their noise.</summary>
internal sealed class BreadcrumbsTies : BreadcrumbsMethod
{
    public override string Name => "breadcrumbs_ties";

    public override string Title => "Model Breadcrumbs with TIES";

    public override string Summary => "Drops the outliers and the noise of task vectors, and adds what agrees in sign.";

    public override string UseWhen => "breadcrumbs would fit, but the models pull elements in opposite directions.";

    public override string Example => """
        merge_method: breadcrumbs_ties
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.6, density: 0.9, gamma: 0.01}
          - model: ./math
            parameters: {weight: 0.4, density: 0.9, gamma: 0.01}
        dtype: bfloat16
        """;

    protected override bool SignConsensus => true;
}
