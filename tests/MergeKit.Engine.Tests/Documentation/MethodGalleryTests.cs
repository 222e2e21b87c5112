using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Documentation;

public sealed class MethodGalleryTests
{
    public static TheoryData<string> Methods => [.. MergeMethod.All.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Gallery_is_what_the_methods_declare() => GeneratedDocument.AssertCommitted("methods.md", MethodGallery.Text);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Example_merges_without_warnings(string name)
    {
        using var folder = new MergeFolder();
        foreach (var (model, seed) in new[] { ("base", 1), ("chat", 2), ("math", 3), ("code", 4) })
        {
            folder.Add(model, TinyModel.Llama(hidden: 8).Fill(seed));
        }

        var result = folder.Merge(MergeMethod.All[name].Example);

        Assert.Equal(name, result.Method);
        Assert.Empty(result.Warnings);
        using var merged = Checkpoint.Open(folder.Output);
        Assert.All(merged.Tensors.Values, tensor => Assert.All(MergedTensors.Floats(tensor), value => Assert.True(float.IsFinite(value))));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Texts_are_complete_sentences(string name)
    {
        var method = MergeMethod.All[name];
        Assert.All([method.Summary, method.UseWhen, .. method.Parameters.Select(parameter => parameter.Description)], text => Assert.EndsWith(".", text, StringComparison.Ordinal));
        Assert.True(char.IsLower(method.UseWhen[0]), "UseWhen goes on after 'Use it when'.");
        Assert.DoesNotContain('|', string.Concat(method.Parameters.Select(parameter => parameter.Expected + parameter.Description)));
    }
}
