using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>The program that merges by libtorch on the processor. Found out about once per run of the tests, when the first test that needs it is looked at.</summary>
internal static class LibtorchHost
{
    private static readonly Lazy<(string? Missing, string? Failure)> State = new(Find);

    /// <summary>Why it cannot be used on this system; null if it can, or should be.</summary>
    public static string? Missing => State.Value.Missing;

    /// <summary>Full path of its assembly.</summary>
    public static string Assembly
    {
        get
        {
            Assert.True(State.Value.Failure is null, State.Value.Failure);
            return Path.Combine(LibtorchProgram.Folder, "MergeKit.Engine.TorchSharp.dll");
        }
    }

    /// <summary>The merge as one by libtorch on the processor.</summary>
    public static MergeRequest ByLibtorch(this MergeRequest request) => request with { Device = new MergeDevice(MergeDeviceKind.TorchCpu), DeviceHost = Assembly };

    private static (string? Missing, string? Failure) Find()
    {
        var program = LibtorchProgram.Build();
        return program is { Missing: null, Failure: null } ? (Refusal(), null) : (program.Missing, program.Failure);
    }

    /// <summary>What the system's loader has against libtorch; null if it loads. What else may be wrong, the tests tell.</summary>
    private static string? Refusal()
    {
        var folder = Directory.CreateTempSubdirectory("mergekit-tests-").FullName;
        try
        {
            using var plan = Merger.Plan(Request(folder));
            Merger.Preview(plan);
            return null;
        }
        catch (MergeException e)
        {
            return e.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Code == DiagnosticCode.NativeLibraryMissing)?.ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MergeRequest Request(string folder) => new()
    {
        Name = "probe",
        RecipePath = Path.Combine(folder, "recipe.yml"),
        RecipeText = "merge_method: passthrough\nmodels: [{ model: base }]\n",
        ProjectDirectory = Repository.PathOf("tests", "conformance", "models"),
        OutputDirectory = Path.Combine(folder, "out"),
        StateDirectory = Path.Combine(folder, "state"),
        Device = new MergeDevice(MergeDeviceKind.TorchCpu),
        DeviceHost = Path.Combine(LibtorchProgram.Folder, "MergeKit.Engine.TorchSharp.dll"),
    };
}
