using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

public sealed class SettingTests
{
    [Theory]
    [InlineData("[0, 1]", 0, 0)]
    [InlineData("[0, 1]", 0.25, 0.25)]
    [InlineData("[0, 1]", 1, 1)]
    [InlineData("[0, 4, 1]", 0.25, 2)]
    [InlineData("[0, 4, 1]", 0.5, 4)]
    [InlineData("[0, 4, 1]", 0.75, 2.5)]
    [InlineData("[0, 4, 1]", 1, 1)]
    [InlineData("[7]", 0.3, 7)]
    [InlineData("3", 0.9, 3)]
    public void Gradients_are_linear_between_their_values(string yaml, double t, double expected) =>
        Assert.Equal(expected, Number(yaml, "x", t));

    [Theory]
    [InlineData("[a, b, c]", 0, "a")]
    [InlineData("[a, b, c]", 0.49, "a")]
    [InlineData("[a, b, c]", 0.5, "b")]
    [InlineData("[a, b, c]", 1, "c")]
    [InlineData("[true, false]", 0.99, "true")]
    [InlineData("[true, false]", 1, "false")]
    public void Lists_of_other_values_pick_one(string yaml, double t, string expected) =>
        Assert.Equal(expected, Read.Setting(yaml).Evaluate("x", t)!.Value.ToString());

    [Theory]
    [InlineData("[{filter: mlp, value: 1}, {filter: attn, value: 2}, {value: 3}]", "layers.0.mlp.up", 1.0)]
    [InlineData("[{filter: mlp, value: 1}, {filter: attn, value: 2}, {value: 3}]", "layers.0.attn.q", 2.0)]
    [InlineData("[{filter: mlp, value: 1}, {filter: attn, value: 2}, {value: 3}]", "norm", 3.0)]
    [InlineData("[{filter: '*', value: 1}, {filter: attn, value: 2}]", "attn", 1.0)]
    [InlineData("[{filter: null, value: 1}]", "attn", 1.0)]
    [InlineData("[{filter: Mlp, value: 1}]", "mlp", null)]
    [InlineData("[{filter: mlp, value: 1}]", "norm", null)]
    [InlineData("{filter: mlp, value: 1}", "mlp", 1.0)]
    [InlineData("{filter: mlp, value: 1}", "norm", null)]
    [InlineData("{value: 1}", "norm", 1.0)]
    public void The_first_entry_whose_filter_is_part_of_the_name_applies(string yaml, string tensor, double? expected) =>
        Assert.Equal(expected, Number(yaml, tensor, 0));

    [Theory]
    [InlineData("layers.1.mlp.up", 1.0)]
    [InlineData("layers.1.attn.q", 5.0)]
    [InlineData("layers.0.mlp.up", 8.0)]
    [InlineData("norm", 8.0)]
    public void An_entry_whose_own_filters_do_not_apply_is_passed_over(string tensor, double expected)
    {
        const string yaml = "[{filter: layers.1, value: [{filter: mlp, value: 1}, {filter: q, value: {filter: attn, value: 5}}]}, {value: 8}]";
        Assert.Equal(expected, Number(yaml, tensor, 0));
    }

    [Fact]
    public void Entries_hold_gradients() =>
        Assert.Equal(0.625, Number("[{filter: mlp, value: [0, 0.25, 1]}, {value: 9}]", "mlp", 0.75));

    [Theory]
    [InlineData("1", 1.0)]
    [InlineData("1.0", 1.0)]
    [InlineData("1.", 1.0)]
    [InlineData("1e-3", 0.001)]
    [InlineData("1.5E+2", 150.0)]
    [InlineData(".5", 0.5)]
    [InlineData("-2", -2.0)]
    [InlineData("+2", 2.0)]
    [InlineData("00.5", 0.5)]
    [InlineData("'1'", 1.0)]
    [InlineData("'1e-3'", 0.001)]
    [InlineData("'one'", null)]
    [InlineData("010", null)]
    [InlineData("0x10", null)]
    [InlineData("1_000", null)]
    [InlineData("true", null)]
    [InlineData("!!str 1", 1.0)]
    public void Numbers_are_decimal_numbers(string yaml, double? expected) => Assert.Equal(expected, Number(yaml, "x", 0));

    [Theory]
    [InlineData("true", true)]
    [InlineData("Yes", true)]
    [InlineData("ON", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    [InlineData("off", false)]
    [InlineData("0.0", false)]
    [InlineData("2", null)]
    [InlineData("'true'", null)]
    [InlineData("y", null)]
    public void Booleans_are_those_of_yaml_1_1_and_zero_and_one(string yaml, bool? expected) =>
        Assert.Equal(expected, Read.Setting(yaml).Evaluate("x", 0)!.Value.TryGetBool(out var value) ? value : null);

    [Fact]
    public void Values_know_where_they_are_written()
    {
        var setting = Read.Setting("[{filter: mlp, value: abc}, {value: [0, 1]}]");
        Assert.Equal((5, 28), LineAndColumn(setting.Evaluate("mlp", 0)!.Value));
        Assert.Equal((5, 42), LineAndColumn(setting.Evaluate("norm", 0.5)!.Value));
    }

    [Theory]
    [InlineData("[]", "(5,6) EmptyList")]
    [InlineData("[1, {value: 2}]", "(5,10) MixedList")]
    [InlineData("[1, a]", "(5,10) MixedList")]
    [InlineData("[{value: 2}, 1]", "(5,19) MixedList")]
    [InlineData("[[1, 2]]", "(5,7) WrongKind")]
    [InlineData("[null]", "(5,7) WrongKind")]
    [InlineData("", "(5,5) WrongKind")]
    [InlineData("{filter: x}", "(5,6) MissingKey")]
    [InlineData("{value: 1, filtre: x}", "(5,17) UnknownKey")]
    [InlineData("{value: 1, filter: [x]}", "(5,25) WrongKind")]
    [InlineData(".inf", "(5,6) InvalidNumber")]
    [InlineData("[0, -.INF]", "(5,10) InvalidNumber")]
    [InlineData(".nan", "(5,6) InvalidNumber")]
    [InlineData("nan", "(5,6) InvalidNumber")]
    [InlineData("1e999", "(5,6) InvalidNumber")]
    public void Settings_of_other_forms_are_errors(string yaml, string expected) =>
        Assert.Equal([expected], Read.Errors($"{Read.Head}parameters:\n  p: {yaml}\n"));

    private static double? Number(string yaml, string tensor, double t) =>
        Read.Setting(yaml).Evaluate(tensor, t) is { } value && value.TryGetNumber(out var number) ? number : null;

    private static (int Line, int Column) LineAndColumn(SettingValue value) => (value.Position.Line, value.Position.Column);
}
