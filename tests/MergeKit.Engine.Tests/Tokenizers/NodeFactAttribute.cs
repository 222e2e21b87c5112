namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>A test that needs Node.js and the Hugging Face packages of the npm registry; where they are not to be had it is reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = NodePackages.Missing;
}
