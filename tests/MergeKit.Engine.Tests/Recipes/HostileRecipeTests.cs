using MergeKit.Engine.Tests.TestModels;
using System.Text;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

public sealed class HostileRecipeTests
{
    public static TheoryData<string, string> TooLarge() => new()
    {
        { "nested lists", Read.Head + "parameters: {t: " + new string('[', 1_000_000) },
        { "nested mappings", Read.Head + "parameters: " + string.Concat(Enumerable.Repeat("{a: ", 200_000)) },
        { "nested blocks", Read.Head + "parameters:\n" + string.Concat(Enumerable.Range(1, 500).Select(i => new string(' ', i) + "a:\n")) },
        { "compact nested lists", Read.Head + "parameters:\n " + string.Concat(Enumerable.Repeat("- ", 500_000)) },
        { "billion laughs", Laughs("[{0}]") },
        { "billion laughs in mappings", Laughs("[{{value: [{0}]}}]") },
        { "depth through aliases", "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 100).Select(i => $"a{i}: &a{i} [*a{i - 1}]\n")) },
        { "merge keys", "a: &a {" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"k{i}: 1, ")) + "}\nb: {<<: [" + string.Concat(Enumerable.Repeat("*a, ", 1000)) + "]}" },
        { "many values", "a: [" + string.Concat(Enumerable.Repeat("1,", 300_000)) + "]" },
        { "a long text", "a: " + new string('x', 5 << 20) },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void Recipes_without_bound_are_too_large(string what, string yaml) =>
        Assert.Equal((what, DiagnosticCode.RecipeTooLarge), (what, Assert.Single(Rejection(yaml).Diagnostics).Code));

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a {<<: *a}")]
    public void Aliases_of_their_own_parents_are_errors(string yaml) => Assert.Contains("RecipeSyntax", Assert.Single(Read.Errors(yaml)), StringComparison.Ordinal);

    [Fact]
    public void Endless_files_are_too_large()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("zeros.yml", new byte[(4 << 20) + 2]);
        var error = Assert.Throws<MergeException>(() => RecipeReader.Read(path, new DiagnosticBag()));
        Assert.Equal(DiagnosticCode.RecipeTooLarge, Assert.Single(error.Diagnostics).Code);
    }

    [Fact]
    public void Many_errors_are_cut_off() =>
        Assert.Equal(50, Read.Errors(Read.Head + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"merge_methods{i}: 1\n"))).Length);

    [Fact]
    public void Messages_stay_on_one_line_and_short()
    {
        var message = Read.Message(Read.Head + "\"" + new string('k', 100_000) + "\\n\\u0007\": 1");
        Assert.InRange(message.Length, 60, 400);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void Random_bytes_end_in_a_coded_error()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            var path = folder.Write("random.yml", bytes);
            Assert.Throws<MergeException>(() => RecipeReader.Read(path, new DiagnosticBag()));
        }
    }

    [Fact]
    public void Random_yaml_tokens_end_in_a_coded_error()
    {
        string[] tokens = ["- ", "? ", ": ", "[", "]", "{", "}", ",", "&a ", "*a ", "<<: ", "!", "!!str ", "|\n", ">-\n", "'", "\"", "\\x", "\\U00110000", "\\ud800", "%YAML 1.1\n",
            "%TAG ! x\n", "---\n", "...\n", "#", "\n", "  ", "\t", "@", "`", "key: ", "merge_method: ", "models: ", "parameters: ", "value: ", "1e9", ".inf", "~", "\u2028", "\u0085", "\ud800"];
        var random = new Random(2);
        for (var i = 0; i < 10_000; i++)
        {
            Rejection(string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => tokens[random.Next(tokens.Length)])));
        }
    }

    [Fact]
    public void Damaged_recipes_are_read_or_end_in_a_coded_error()
    {
        var recipe = File.ReadAllText(Path.Combine(Repository.Cases, "tokenizer-tokens-block", "config.yml"));
        var random = new Random(3);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = new StringBuilder(recipe);
            for (var change = 0; change < 3; change++)
            {
                var at = random.Next(damaged.Length);
                damaged.Remove(at, Math.Min(random.Next(3), damaged.Length - at)).Insert(at, (char)random.Next(9, 127));
            }

            var failure = Record.Exception(() => Read.All(damaged.ToString()));
            Assert.True(failure is null or MergeException, $"{failure}\n{damaged}");
        }
    }

    private static string Laughs(string level) => Read.Head + "parameters:\n  a0: &a0 1\n"
        + string.Concat(Enumerable.Range(1, 20).Select(i => $"  a{i}: &a{i} " + string.Format(level, string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))) + "\n"));

    private static MergeException Rejection(string yaml) => Assert.Throws<MergeException>(() => Read.All(yaml));
}
