namespace MergeKit.Engine.Methods;

/// <summary>Task arithmetic on task vectors pruned at random by magnitude.</summary>
internal sealed class DellaLinear() : DellaMethod(normalizeByDefault: false)
{
    public override string Name => "della_linear";

    public override string Title => "Linear DELLA";

    protected override bool SignConsensus => false;
}
