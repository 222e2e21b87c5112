using MergeKit.Engine.Hub;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>The environment variables of Hugging Face's tools.</summary>
public sealed class HubSettingsTests
{
    [Theory]
    [InlineData("", "/home/me/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/xdg", "/xdg/huggingface/hub")]
    [InlineData("HF_HOME=/hf XDG_CACHE_HOME=/xdg", "/hf/hub")]
    [InlineData("HF_HOME=~/hf", "/home/me/hf/hub")]
    [InlineData("HF_HUB_CACHE=/hub HF_HOME=/hf", "/hub")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HF_HUB_CACHE= HF_HOME=", "/home/me/.cache/huggingface/hub")]
    public void The_cache_is_where_other_tools_have_it(string variables, string expected) => Assert.Equal(expected, From(variables).CacheDirectory);

    [Theory]
    [InlineData("", "https://huggingface.co", false)]
    [InlineData("HF_ENDPOINT=https://mirror.example/hf/ HF_HUB_OFFLINE=1", "https://mirror.example/hf", true)]
    [InlineData("HF_HUB_OFFLINE=true", "https://huggingface.co", true)]
    [InlineData("TRANSFORMERS_OFFLINE=yes", "https://huggingface.co", true)]
    [InlineData("HF_HUB_OFFLINE=0", "https://huggingface.co", false)]
    public void Endpoint_and_offline_mode_are_read(string variables, string endpoint, bool isOffline) =>
        Assert.Equal((endpoint, isOffline), (From(variables).Endpoint, From(variables).IsOffline));

    [Fact]
    public void The_token_is_the_variables_or_the_files_and_never_shown()
    {
        using var folder = new TemporaryFolder();
        folder.Write("token", "hf_file\n");
        folder.Write("elsewhere", " hf_elsewhere ");
        Assert.Equal("hf_file", From($"HF_HOME={folder.Path}").ReadToken());
        Assert.Equal("hf_elsewhere", From($"HF_HOME={folder.Path} HF_TOKEN_PATH={folder["elsewhere"]}").ReadToken());
        Assert.Equal("hf_variable", From($"HF_HOME={folder.Path} HF_TOKEN=hf_variable").ReadToken());
        Assert.Null(From($"HF_HOME={folder["nowhere"]}").ReadToken());
        Assert.DoesNotContain("hf_", From("HF_TOKEN=hf_variable").ToString(), StringComparison.Ordinal);
    }

    private static HubSettings From(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return HubSettings.From(values.GetValueOrDefault, "/home/me");
    }
}
