using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>Every method on tensors of every dtype and awkward shapes, by libtorch on the processor.</summary>
public sealed class LibtorchMethodTests
{
    public static TheoryData<string> Merges => [.. MergedMethods.Names];

    public static TheoryData<string> Tolerating => [.. LibtorchMethods.Tolerating];

    public static TheoryData<string> Spectral => [.. MergedMethods.Spectral];

    [LibtorchTheory]
    [MemberData(nameof(Merges))]
    public void Elements_are_those_of_the_processor_or_next_to_them(string merge)
    {
        var difference = LibtorchMethods.Difference(merge);
        Assert.True(difference.IsWithinBounds, $"{difference}");
    }

    [LibtorchTheory]
    [MemberData(nameof(Merges))]
    public void Bytes_are_the_same_from_run_to_run(string merge) =>
        Assert.Equal(FolderContent.Of(LibtorchMethods.Libtorch[merge]), FolderContent.Of(LibtorchMethods.LibtorchAgain[merge]));

    [LibtorchTheory]
    [MemberData(nameof(Merges))]
    public void Bytes_are_the_same_in_blocks_of_any_length(string merge) =>
        Assert.Equal(FolderContent.Of(LibtorchMethods.Libtorch[merge]), FolderContent.Of(LibtorchMethods.LibtorchInBlocks[merge]));

    [LibtorchTheory]
    [MemberData(nameof(Tolerating))]
    public void Nan_and_infinities_spread_as_on_the_processor(string merge)
    {
        var difference = DeviceDifference.Of(LibtorchMethods.ProcessorNonFinite[merge], LibtorchMethods.LibtorchNonFinite[merge]);
        Assert.True(difference.IsWithinBounds, $"{difference}");
    }

    [LibtorchFact]
    public void Nan_and_infinities_are_reported_as_on_the_processor()
    {
        var expected = LibtorchMethods.ProcessorNonFinite.Warnings;
        Assert.Contains(expected, warning => warning.Code == DiagnosticCode.NonFiniteInput);
        Assert.Contains(expected, warning => warning.Code == DiagnosticCode.NonFiniteOutput);
        Assert.Equal(expected, LibtorchMethods.LibtorchNonFinite.Warnings);
        Assert.Equal(LibtorchMethods.Processor.Warnings, LibtorchMethods.Libtorch.Warnings);
    }

    [LibtorchTheory]
    [MemberData(nameof(Spectral))]
    public void Nan_and_infinities_are_refused_as_by_the_processor(string merge) =>
        Assert.Equal(LibtorchMethods.ErrorOf(merge, request => request), LibtorchMethods.ErrorOf(merge, LibtorchHost.ByLibtorch));
}
