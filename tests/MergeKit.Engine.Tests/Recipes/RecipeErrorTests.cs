using MergeKit.Engine.Tests.TestModels;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

public sealed class RecipeErrorTests
{
    [Theory]
    [InlineData("merge_metod: a\nmodels: [{model: a}]", "(1,1) UnknownKey", "(1,1) MissingKey")]
    [InlineData("merge_method: 5\nmodels: [{model: a}]", "(1,15) WrongKind")]
    [InlineData("merge_method: ''\nmodels: [{model: a}]", "(1,15) WrongKind")]
    [InlineData("merge_method: a\nmerge_method: b\nmodels: [{model: a}]", "(2,1) DuplicateKey")]
    [InlineData("merge_method: a\nmodels: []", "(2,9) EmptyList")]
    [InlineData("merge_method: a\nmodels: {model: a}", "(2,9) WrongKind")]
    [InlineData("merge_method: a\nmodels: [a]", "(2,10) WrongKind")]
    [InlineData("merge_method: a\nmodels: [{parameters: {}}]", "(2,10) MissingKey")]
    [InlineData("merge_method: a\nmodels: [{model: a, weight: 1}]", "(2,21) UnknownKey")]
    [InlineData("merge_method: a\nmodels: [{model: a, parameters: [weight]}]", "(2,33) WrongKind")]
    [InlineData("merge_method: a\nslices: [{parameters: {}}]", "(2,10) MissingKey")]
    [InlineData("merge_method: a\nslices: [{sources: []}]", "(2,20) EmptyList")]
    [InlineData("merge_method: a\nslices: [{sources: [{model: a}]}]", "(2,21) MissingKey")]
    [InlineData("merge_method: a\nmodules: {}", "(2,10) EmptyList")]
    [InlineData("merge_method: a\nmodules: {e: {}}", "(2,14) InputsNotOne")]
    [InlineData("merge_method: a\nmodules: {e: {models: [{model: a}], slices: [{sources: [{model: a, layer_range: [0, 1]}]}]}}", "(2,37) InputsNotOne")]
    [InlineData("merge_method: a\nmodels: [{model: a}]\ndtype: int8", "(3,8) UnknownDType")]
    [InlineData("merge_method: a\nmodels: [{model: a}]\nout_dtype: 16", "(3,12) WrongKind")]
    [InlineData("merge_method: a\nmodels: [{model: a}]\nchat_template: [a]", "(3,16) WrongKind")]
    [InlineData("merge_method: a\nmodels: [{model: a}]\n[a]: b", "(3,1) RecipeSyntax")]
    [InlineData("merge_method: a\nmodels: [{model: a}]\nname: *x", "(3,7) RecipeSyntax")]
    [InlineData("merge_method: a\nmodels: [{model: a}]\nname: !thing x", "(3,7) RecipeSyntax")]
    [InlineData("merge_method: a\nmodels:\n\t- model: a", "(3,1) RecipeSyntax")]
    [InlineData("merge_method: a\nmodels: [{model: a}\ndtype: x", "(2,9) RecipeSyntax")]
    [InlineData("merge_method: a\nmodels: [{model: \u0001}]", "(2,18) RecipeSyntax")]
    [InlineData("merge_method: a\nmodels: [{model: a}]\n\0hidden: 1", "(3,1) RecipeSyntax")]
    [InlineData("merge_method: a\nparameters: {<<: 3}\nmodels: [{model: a}]", "(2,18) WrongKind")]
    [InlineData("- merge_method: a", "(1,1) WrongKind")]
    [InlineData("just text", "(1,1) WrongKind")]
    [InlineData("", "(1,1) RecipeEmpty")]
    [InlineData("# nothing\n---\n---\n", "(1,1) RecipeEmpty")]
    [InlineData("name: a\nmerge_method: a\nmodels: [{model: a}]\n---\nname: a\nmerge_method: a\nmodels: [{model: a}]", "(5,7) DuplicateStageName")]
    public void Wrong_grammar_is_reported_at_the_place_to_blame(string yaml, params string[] expected) => Assert.Equal(expected, Read.Errors(yaml));

    [Theory]
    [InlineData("[0, 1, 2]")]
    [InlineData("[0]")]
    [InlineData("[2, 1]")]
    [InlineData("[-1, 1]")]
    [InlineData("[0, 1.5]")]
    [InlineData("[0, '1']")]
    [InlineData("[0, 99999999999]")]
    [InlineData("[0, [1]]")]
    [InlineData("4")]
    public void Layer_ranges_are_two_ordered_whole_numbers(string range) =>
        Assert.Equal(["(2,45) InvalidLayerRange"], Read.Errors($"merge_method: a\nslices: [{{sources: [{{model: a, layer_range: {range}}}]}}]"));

    [Fact]
    public void All_errors_of_all_documents_are_reported_together() => Assert.Equal(
        ["(3,1) UnknownKey", "(5,1) MissingKey", "(6,8) UnknownDType"],
        Read.Errors("merge_method: a\nmodels: [{model: a}]\nfoo: 1\n---\nmodels: [{model: a}]\ndtype: int\n").Order());

    [Theory]
    [InlineData("merge_metod: x", "A recipe has no key 'merge_metod'. Did you mean 'merge_method'? Allowed keys: name, merge_method, models,")]
    [InlineData("base-model: x", "Did you mean 'base_model'?")]
    [InlineData("paramteers: x", "Did you mean 'parameters'?")]
    [InlineData("zzz: x", "A recipe has no key 'zzz'. Allowed keys:")]
    [InlineData("dtype: bflaot16", "'dtype' names no float type: 'bflaot16'. Did you mean 'bfloat16'? Known types: float8_e4m3fn,")]
    [InlineData("name: [a]", "'name' must be a text, but found a list.")]
    [InlineData("name: 7", "'name' must be a text (put it in quotes), but found the number 7.")]
    [InlineData("slices: [{sources: [{model: a, layer_range: [0, 1]}]}]", "A recipe needs exactly one of 'models' or 'slices' or 'modules', but has 'models' and 'slices'.")]
    [InlineData("parameters: {t: [1, {value: 2}]}", "The list of 't' mixes the number 1 with a mapping.")]
    [InlineData("base_model: a+b+c", "'a+b+c' does not name a model. Write path, path@revision or model+adapter; put paths that contain '+' or '@' into the long form {model: {path: ...}}.")]
    [InlineData("\tname: x", "a tab indents this line; YAML allows only spaces")]
    public void Messages_say_what_was_expected_and_found(string line, string expected) =>
        Assert.Contains(expected, Read.Message($"{Read.Head}{line}\n"), StringComparison.Ordinal);

    [Fact]
    public void Files_that_cannot_be_read_are_errors_that_name_them()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such file", CodedError(Path.Combine(folder.Path, "none.yml"), DiagnosticCode.RecipeNotReadable).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", CodedError(folder.Path, DiagnosticCode.RecipeNotReadable).Message, StringComparison.Ordinal);
        CodedError("", DiagnosticCode.RecipeNotReadable);
        CodedError(folder.Write("empty.yml", []), DiagnosticCode.RecipeEmpty);
        var latin1 = CodedError(folder.Write("latin1.yml", [.. "name: a\nmerge: \u00e4x"u8, 0xE4, 0x20]), DiagnosticCode.RecipeNotUtf8);
        Assert.Equal((2, 10), (latin1.Position!.Value.Line, latin1.Position.Value.Column));
    }

    private static Diagnostic CodedError(string path, DiagnosticCode code)
    {
        var error = Assert.Single(Assert.Throws<MergeException>(() => RecipeReader.Read(path, new DiagnosticBag())).Diagnostics);
        Assert.Equal(code, error.Code);
        return error;
    }
}
