namespace MergeKit.Engine.Methods;

/// <summary>Sign consensus over task vectors without their outliers and their noise.</summary>
internal sealed class BreadcrumbsTies : BreadcrumbsMethod
{
    public override string Name => "breadcrumbs_ties";

    public override string Title => "Model Breadcrumbs with TIES";

    protected override bool SignConsensus => true;
}
