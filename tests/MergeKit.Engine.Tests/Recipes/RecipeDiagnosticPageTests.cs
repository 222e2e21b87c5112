using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;
using MergeKit.Engine.Tests.Diagnostics;

namespace MergeKit.Engine.Tests.Recipes;

/// <summary>Keeps the examples in docs/diagnostics true that need nothing but their recipe.</summary>
public sealed class RecipeDiagnosticPageTests
{
    public static TheoryData<string> PagesWithRecipes() =>
        [.. DiagnosticPage.Ids.Where(id => string.CompareOrdinal(id, "MK1050") < 0 && DiagnosticPage.Read(id).Recipe is not null)];

    [Theory]
    [MemberData(nameof(PagesWithRecipes))]
    public void The_recipe_on_a_page_gives_the_message_on_the_page(string id)
    {
        var page = DiagnosticPage.Read(id);
        var bag = new DiagnosticBag();
        Record.Exception(() => RecipeReader.Parse(page.Recipe!, "recipes/chat-math.yml", bag));
        Assert.Equal(page.Message, Assert.Single(bag.Diagnostics).ToString());
    }
}
