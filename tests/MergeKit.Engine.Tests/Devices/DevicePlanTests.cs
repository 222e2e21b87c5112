using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices;

/// <summary>Devices that are not there are found when a merge is planned.</summary>
public sealed class DevicePlanTests : IDisposable
{
    private const string Recipe = "merge_method: linear\nmodels: [{ model: a, parameters: { weight: 1 } }]\n";

    private readonly MergeFolder folder = new MergeFolder().Add("a", TinyModel.Llama());

    [Theory]
    [InlineData("cuda", "TorchSharp-cuda-linux (on Windows TorchSharp-cuda-windows)")]
    [InlineData("cuda:1", "TorchSharp-cuda-linux (on Windows TorchSharp-cuda-windows)")]
    [InlineData("torch-cpu", "TorchSharp-cpu")]
    public void A_device_without_a_package_is_an_error_that_names_the_packages(string device, string package)
    {
        var message = MergeErrors.Single(DiagnosticCode.DeviceNotAvailable, () => Plan(Recipe, device));
        Assert.Contains($"on device {device}, ", message, StringComparison.Ordinal);
        Assert.Contains($"MergeKit.Engine.TorchSharp and {package}, ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear", "no-model", new[] { DiagnosticCode.DeviceNotAvailable, DiagnosticCode.ModelNotFound })]
    [InlineData("tise", "a", new[] { DiagnosticCode.DeviceNotAvailable, DiagnosticCode.UnknownMethod })]
    public void It_is_reported_with_what_else_is_wrong(string method, string model, DiagnosticCode[] expected)
    {
        var recipe = Recipe.Replace("linear", method, StringComparison.Ordinal).Replace("model: a", $"model: {model}", StringComparison.Ordinal);
        var errors = Assert.Throws<MergeException>(() => Plan(recipe, "cuda")).Diagnostics;
        Assert.Equal(expected, errors.Select(error => error.Code));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    public void The_processor_needs_no_package(string device) => Plan(Recipe, device);

    public void Dispose() => folder.Dispose();

    private void Plan(string recipe, string device)
    {
        Assert.True(MergeDevice.TryParse(device, out var parsed));
        Merger.Plan(folder.Request(recipe) with { Device = parsed }).Dispose();
    }
}
