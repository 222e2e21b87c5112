using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices;

/// <summary>The program of tests/MergeKit.FakeDeviceHost, whose devices are numbers.</summary>
internal static class FakeHost
{
    private const string Name = "MergeKit.FakeDeviceHost";

    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, Name + ".dll");

    /// <summary>The merge as one by a device of the program.</summary>
    public static MergeRequest By(this MergeRequest request, string device)
    {
        Assert.True(MergeDevice.TryParse(device, out var parsed));
        return request with { Device = parsed, DeviceHost = Assembly };
    }

    /// <summary>A copy of the program, for tests that change it.</summary>
    public static string CopyTo(TemporaryFolder folder)
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" || Path.GetFileName(file).StartsWith(Name + ".", StringComparison.Ordinal)))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        return folder[Name + ".dll"];
    }
}
