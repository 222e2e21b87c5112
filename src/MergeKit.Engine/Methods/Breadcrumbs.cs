namespace MergeKit.Engine.Methods;

/// <summary>Task arithmetic on task vectors without their outliers and their noise.</summary>
internal sealed class Breadcrumbs : BreadcrumbsMethod
{
    public override string Name => "breadcrumbs";

    public override string Title => "Model Breadcrumbs";

    protected override bool SignConsensus => false;
}
