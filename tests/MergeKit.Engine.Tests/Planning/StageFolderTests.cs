using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>Stages may have any names; the folders in which they are made may not.</summary>
public sealed class StageFolderTests
{
    [Theory]
    [InlineData("first")]
    [InlineData("Chat-math_1.5")]
    [InlineData("console")]
    public void A_plain_name_is_the_folders(string name) => Assert.Equal(name, StageFolder.NameOf(name, ["other", name]));

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("ends.")]
    [InlineData("two words")]
    [InlineData("CON")]
    [InlineData("nul.txt")]
    [InlineData("Com1")]
    [InlineData("größe")]
    [InlineData("a\0b")]
    [InlineData("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9")]
    public void Any_other_name_is_replaced_by_a_hash(string name) => Assert.Matches("^[0-9a-f]{64}$", Hashed(name, [name]));

    [Fact]
    public void A_name_of_300_characters_is_replaced_by_a_hash() => Hashed(new string('a', 300), [new string('a', 300)]);

    [Fact]
    public void Names_that_differ_in_case_only_do_not_share_a_folder()
    {
        string[] names = ["Stage", "stage", "STAGE", "other"];
        Assert.Equal(4, names.Select(name => StageFolder.NameOf(name, names)).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Names_that_are_no_text_do_not_share_a_folder() =>
        Assert.NotEqual(Hashed("\ud800", ["\ud800", "\ud801"]), Hashed("\ud801", ["\ud800", "\ud801"]));

    private static string Hashed(string name, string[] names)
    {
        var folder = StageFolder.NameOf(name, names);
        Assert.NotEqual(name, folder);
        Assert.Equal(64, folder.Length);
        return folder;
    }
}
