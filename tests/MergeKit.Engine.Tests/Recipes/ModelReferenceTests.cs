using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

public sealed class ModelReferenceTests
{
    [Theory]
    [InlineData("../models/base", "../models/base", null, null, null)]
    [InlineData("org/name@main", "org/name", "main", null, null)]
    [InlineData("base+adapter", "base", null, "adapter", null)]
    [InlineData("base@1+adapter@2", "base", "1", "adapter", "2")]
    public void The_short_form_is_read_and_written(string text, string path, string? revision, string? adapter, string? adapterRevision)
    {
        var expected = Of(path, revision, adapter, adapterRevision);
        Assert.Equal(expected, ModelReference.Parse(text));
        Assert.Equal(text, expected.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a+")]
    [InlineData("+a")]
    [InlineData("a@")]
    [InlineData("@a")]
    [InlineData("a@b@c")]
    [InlineData("a+b+c")]
    public void Other_texts_are_no_references(string text)
    {
        Assert.Throws<FormatException>(() => ModelReference.Parse(text));
        Assert.False(ModelReference.TryParse(text, out _));
    }

    [Theory]
    [InlineData("{model: {path: a+b@c, revision: r}, lora: {path: d@e}}", "a+b@c", "r", "d@e", null)]
    [InlineData("{model: a@r, lora: b@s}", "a", "r", "b", "s")]
    [InlineData("{model: a, lora: null}", "a", null, null, null)]
    [InlineData("{model: {path: 'it''s+'}}", "it's+", null, null, null)]
    public void The_long_form_is_read_and_round_trips(string yaml, string path, string? revision, string? adapter, string? adapterRevision)
    {
        var reference = Base(yaml);
        Assert.Equal(Of(path, revision, adapter, adapterRevision), reference);
        Assert.Equal(reference, Base(reference.ToString()));
    }

    [Theory]
    [InlineData("a@b@c", "(4,13) InvalidModelReference")]
    [InlineData("12", "(4,13) WrongKind")]
    [InlineData("[a]", "(4,13) WrongKind")]
    [InlineData("''", "(4,13) WrongKind")]
    [InlineData("{path: a}", "(4,14) UnknownKey", "(4,13) MissingKey")]
    [InlineData("{model: {revision: a}}", "(4,21) MissingKey")]
    [InlineData("{model: {path: a, revision: 7}}", "(4,41) WrongKind")]
    [InlineData("{model: a@b@c}", "(4,21) InvalidModelReference")]
    public void Wrong_references_are_errors_at_their_place(string yaml, params string[] expected) =>
        Assert.Equal(expected, Read.Errors($"{Read.Head}base_model: {yaml}\n"));

    [Fact]
    public void The_architecture_override_warns_that_it_has_no_effect()
    {
        var bag = new DiagnosticBag();
        var recipe = Assert.Single(RecipeReader.Parse($"{Read.Head}base_model: {{model: a, override_architecture: X}}", "r.yml", bag));
        Assert.Equal("a", recipe.BaseModel!.Value.Value.Path);
        Assert.Equal(DiagnosticCode.KeyWithoutEffect, Assert.Single(bag.Warnings).Code);
    }

    private static ModelReference Base(string yaml) => Read.One($"{Read.Head}base_model: {yaml}").BaseModel!.Value.Value;

    private static ModelReference Of(string path, string? revision, string? adapter, string? adapterRevision) => new()
    {
        Path = path,
        Revision = revision,
        Adapter = adapter is null ? null : new AdapterReference(adapter, adapterRevision),
    };
}
