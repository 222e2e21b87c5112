using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Packages;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Packages;

public sealed class WeightsLocationTests
{
    private static readonly ModelInPackage Model = new("Acme.Chat", "1.2.0+a", "a 'b' (ü) & 100% #1?");

    [Theory]
    [InlineData("https://models.contoso.com", "https://models.contoso.com")]
    [InlineData("https://models.contoso.com/a%20b//", "https://models.contoso.com/a%20b")]
    public void A_file_on_a_server_has_an_escaped_address(string text, string expected)
    {
        var location = WeightsLocation.Parse(text, "/project");
        Assert.Equal((null, expected), (location.Folder, location.ToString()));
        Assert.Equal($"{expected}/Acme.Chat/1.2.0%2Ba/a%20%27b%27%20%28%C3%BC%29%20%26%20100%25%20%231%3F/model.safetensors", location.AddressOf(Model, "model.safetensors").AbsoluteUri);
    }

    [Theory]
    [InlineData("share", "/project/share")]
    [InlineData("/mnt/models/", "/mnt/models")]
    [InlineData("/mnt/50% %20#?", "/mnt/50% %20#?")]
    [InlineData("file:///mnt/a%20b", "/mnt/a b")]
    public void A_file_in_a_folder_has_the_address_of_its_path(string text, string expected)
    {
        var location = WeightsLocation.Parse(text, "/project");
        Assert.Equal((expected, expected), (location.Folder, location.ToString()));
        Assert.Equal(WeightsLocation.PathOf(expected, Model, "model.safetensors"), location.AddressOf(Model, "model.safetensors").LocalPath);
    }

    [Theory]
    [InlineData("https://ada:pass-w0rd@host/a", "'https://host/a'")]
    [InlineData("https://host/a?sig=pass-w0rd", "'https://host/a'")]
    [InlineData("https://host/a#pass-w0rd", "'https://host/a'")]
    [InlineData("ftp://ada:pass-w0rd@host/a", "ftp is not supported")]
    [InlineData("https://ada:pass-w0rd@host:port/a", "it is not valid")]
    public void What_must_not_stand_in_a_package_is_refused_and_not_repeated(string text, string expected)
    {
        var message = MergeErrors.Single(DiagnosticCode.WeightsLocationInvalid, () => WeightsLocation.Parse(text, "/project"));
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-w0rd", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://models.contoso.com", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://models.contoso.com", false)]
    [InlineData("share", false)]
    public void Tokens_are_for_servers_to_which_nobody_listens(string text, bool isPrivate) =>
        Assert.Equal(isPrivate, WeightsLocation.Parse(text, "/project").IsPrivate);
}
