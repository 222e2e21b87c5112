namespace MergeKit.Engine.Methods;

/// <summary>Task arithmetic on task vectors without their outliers and their noise.</summary>
internal sealed class Breadcrumbs : BreadcrumbsMethod
{
    public override string Name => "breadcrumbs";

    public override string Title => "Model Breadcrumbs";

    public override string Summary => "Drops the outliers and the noise of task vectors, and adds what lies between.";

    public override string UseWhen => "many fine-tunes of one base are to be added, and a few extreme changes would dominate.";

    public override string Example => """
        merge_method: breadcrumbs
        base_model: ./base
        models:
          - model: ./chat
            parameters: {weight: 0.6, density: 0.9, gamma: 0.01}
          - model: ./math
            parameters: {weight: 0.4, density: 0.9, gamma: 0.01}
        dtype: bfloat16
        """;

    protected override bool SignConsensus => false;
}
