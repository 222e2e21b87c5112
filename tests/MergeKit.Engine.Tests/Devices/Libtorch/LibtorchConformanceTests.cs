namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>The merges of the conformance cases are those of the processor, file by file; elements may be the next number, and a decision in 100 000 elements may fall the other way.</summary>
public sealed class LibtorchConformanceTests
{
    public static TheoryData<string> Cases => [.. LibtorchConformance.Cases.Select(c => c.Name)];

    [LibtorchTheory]
    [MemberData(nameof(Cases))]
    public void Merge_gives_the_model_of_the_processor(string name)
    {
        var difference = LibtorchConformance.Of(name);
        Assert.True(difference.IsWithinBounds, $"{difference}");
    }
}
