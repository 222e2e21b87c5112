using System.Text.RegularExpressions;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

/// <summary>Keeps the examples in docs/diagnostics true.</summary>
public sealed partial class RecipeDiagnosticPageTests
{
    private static string Folder => Path.Combine(Repository.Root, "docs", "diagnostics");

    public static TheoryData<string> PagesWithRecipes() =>
        [.. Directory.GetFiles(Folder, "MK10*.md").Where(page => Example().IsMatch(File.ReadAllText(page))).Select(page => Path.GetFileName(page)).Order()];

    [Theory]
    [MemberData(nameof(PagesWithRecipes))]
    public void The_recipe_on_a_page_gives_the_message_on_the_page(string page)
    {
        var example = Example().Match(File.ReadAllText(Path.Combine(Folder, page)));
        var bag = new DiagnosticBag();
        Record.Exception(() => RecipeReader.Parse(example.Groups["recipe"].Value, "recipes/chat-math.yml", bag));
        Assert.Equal(example.Groups["message"].Value, Assert.Single(bag.Diagnostics).ToString());
    }

    [GeneratedRegex(@"## Example\n\n```yaml\n(?<recipe>.*?)```\n\n```text\n(?<message>[^\n]*)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
