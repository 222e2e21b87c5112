using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Recipes that mergekit rejects are rejected before any tensor data is read, with a code and a place in the recipe.</summary>
public sealed class RejectedRecipeTests
{
    [Theory]
    [InlineData("error-allow-crimes-shapes", DiagnosticCode.ShapeMismatch, 7, 12)]
    [InlineData("error-arcee-fusion-three", DiagnosticCode.WrongModelCount, 1, 15)]
    [InlineData("chat-template-invalid", DiagnosticCode.ChatTemplateUnknown, 4, 16)]
    [InlineData("error-bad-chat-template", DiagnosticCode.ChatTemplateUnknown, 4, 16)]
    [InlineData("error-bad-dtype", DiagnosticCode.UnknownDType, 4, 8)]
    [InlineData("error-bad-yaml", DiagnosticCode.RecipeSyntax, 4, 4)]
    [InlineData("error-conditional-without-list", DiagnosticCode.MissingParameter, 7, 3)]
    [InlineData("error-della-epsilon-range", DiagnosticCode.ParametersConflict, 8, 7)]
    [InlineData("error-empty-gradient", DiagnosticCode.EmptyList, 7, 6)]
    [InlineData("error-filters-without-default", DiagnosticCode.MissingParameter, 7, 3)]
    [InlineData("error-layer-range-out-of-bounds", DiagnosticCode.LayerRangeOutOfBounds, 5, 22)]
    [InlineData("error-linear-base-unlisted", DiagnosticCode.MissingParameter, 2, 13)]
    [InlineData("error-linear-shape-mismatch", DiagnosticCode.ShapeMismatch, 7, 12)]
    [InlineData("error-missing-model-files", DiagnosticCode.ModelConfigMissing, 3, 12)]
    [InlineData("error-missing-tensor", DiagnosticCode.MissingTensor, 7, 12)]
    [InlineData("error-missing-tensor-ties", DiagnosticCode.MissingTensor, 4, 12)]
    [InlineData("error-missing-weight", DiagnosticCode.MissingParameter, 3, 12)]
    [InlineData("error-mixed-architectures", DiagnosticCode.DifferentArchitectures, 7, 12)]
    [InlineData("error-model-stock-too-few", DiagnosticCode.WrongModelCount, 1, 15)]
    [InlineData("error-models-and-slices", DiagnosticCode.InputsNotOne, 5, 1)]
    [InlineData("error-multi-circular", DiagnosticCode.StageCycle, 3, 18)]
    [InlineData("error-nearswap-two-models", DiagnosticCode.WrongModelCount, 1, 15)]
    [InlineData("error-no-inputs", DiagnosticCode.InputsNotOne, 1, 1)]
    [InlineData("error-no-merge-method", DiagnosticCode.MissingKey, 1, 1)]
    [InlineData("error-nuslerp-three-models", DiagnosticCode.WrongModelCount, 1, 15)]
    [InlineData("error-passthrough-two-models", DiagnosticCode.WrongModelCount, 1, 15)]
    [InlineData("error-slerp-no-base", DiagnosticCode.BaseModelRequired, 1, 15)]
    [InlineData("error-slerp-no-t", DiagnosticCode.MissingParameter, 1, 15)]
    [InlineData("error-slerp-three-models", DiagnosticCode.WrongModelCount, 1, 15)]
    [InlineData("error-slice-length-mismatch", DiagnosticCode.SliceLengthsDiffer, 5, 49)]
    [InlineData("error-t5-slices", DiagnosticCode.SeveralLayerStacks, 3, 58)]
    [InlineData("error-ties-no-base", DiagnosticCode.BaseModelRequired, 1, 15)]
    [InlineData("error-ties-slices-base-missing", DiagnosticCode.BaseModelNotInSlice, 4, 5)]
    [InlineData("error-ties-zero-density", DiagnosticCode.InvalidParameter, 7, 16)]
    [InlineData("error-tokenizer-source-and-block", DiagnosticCode.TokenizerGivenTwice, 5, 1)]
    [InlineData("error-unknown-method", DiagnosticCode.UnknownMethod, 1, 15)]
    [InlineData("error-unknown-model-type", DiagnosticCode.NoLayerStack, 3, 12)]
    public void Rejected_recipe_is_an_error_at_its_place(string name, DiagnosticCode code, int line, int column)
    {
        var c = ConformanceCase.Load(name);
        using var output = new TemporaryFolder();

        var error = Assert.Throws<MergeException>(() => Merger.Plan(c.Request(output["out"])).Dispose());

        var first = error.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal((code, new SourcePosition(c.RecipePath, line, column)), (first.Code, first.Position));
        Assert.Empty(Directory.EnumerateFileSystemEntries(output.Path));
    }
}
