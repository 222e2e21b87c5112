using MergeKit.Build.Items;

namespace MergeKit.Build.Tests.Items;

public class ModelNameTests
{
    [Theory]
    [InlineData("chat-math")]
    [InlineData("Llama-3.1-8B")]
    [InlineData("größer (2)")]
    public void Names_of_folders_are_valid(string name) => Assert.True(ModelName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../chat")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a:b")]
    [InlineData("a;b")]
    [InlineData(".chat.partial")]
    [InlineData("chat.")]
    [InlineData(" chat")]
    [InlineData("a\nb")]
    public void Anything_else_is_not(string name) => Assert.False(ModelName.IsValid(name));
}
