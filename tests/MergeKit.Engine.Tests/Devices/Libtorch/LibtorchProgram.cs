using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>Builds tests/MergeKit.TorchHost: the program of src/MergeKit.Engine.TorchSharp and libtorch for the processor in one folder, which is kept between runs.</summary>
/// <param name="Missing">Why it cannot be built here, where that is no mistake: a registry without the packages. Null if it can.</param>
/// <param name="Failure">What the build says if it fails otherwise.</param>
internal sealed record LibtorchProgram(string? Missing, string? Failure)
{
    /// <summary>Errors of a restore that finds no packages, or no registry.</summary>
    private static readonly string[] RestoreErrors = ["NU1100", "NU1101", "NU1102", "NU1103", "NU1301"];

    private static readonly string Project = Repository.PathOf("tests", "MergeKit.TorchHost");

    /// <summary>The folder of the program and what it is built from; of projects that tests build with it, too.</summary>
    public static string Artifacts { get; } = Repository.PathOf("artifacts", "torch-host");

    /// <summary>The folder of the program.</summary>
    public static string Folder { get; } = Path.Combine(Artifacts, "bin", "MergeKit.TorchHost", "program");

    /// <summary>Builds the program unless it is there, made of what the repository holds now. Other processes that want it wait.</summary>
    public static LibtorchProgram Build()
    {
        var made = Path.Combine(Artifacts, "made-of");
        var sources = Sources();
        using var turn = new Mutex(initiallyOwned: false, $"mergekit-torch-host-{Digest([Encoding.UTF8.GetBytes(Artifacts)])[..16]}");
        Take(turn);
        try
        {
            if (File.Exists(made) && File.ReadAllText(made) == sources)
            {
                return new LibtorchProgram(null, null);
            }

            var program = Result(Run("build", Project, "--artifacts-path", Artifacts, "-nologo", "-v:q"));
            if (program is { Missing: null, Failure: null })
            {
                File.WriteAllText(made, sources);
            }

            return program;
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    private static LibtorchProgram Result((int Code, string Output) build)
    {
        if (build.Code == 0)
        {
            return new LibtorchProgram(null, null);
        }

        var line = build.Output.Split('\n').FirstOrDefault(line => RestoreErrors.Any(error => line.Contains($"error {error}:", StringComparison.Ordinal)));
        return line is null
            ? new LibtorchProgram(null, build.Output)
            : new LibtorchProgram($"TorchSharp-cpu cannot be restored: {line[line.IndexOf("NU1", StringComparison.Ordinal)..].Trim()}", null);
    }

    /// <summary>What the program is made of, in short.</summary>
    private static string Sources()
    {
        string[] folders = [Repository.PathOf("src", "MergeKit.Engine"), Repository.PathOf("src", "MergeKit.Engine.TorchSharp"), Project];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !IsBuilt(Path.GetRelativePath(folder, file))))
            .Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*.props")).Order(StringComparer.Ordinal);
        return Digest(files.SelectMany(file => new[] { Encoding.UTF8.GetBytes(file), File.ReadAllBytes(file) }));
    }

    private static bool IsBuilt(string path) => path.Split(Path.DirectorySeparatorChar)[0] is "bin" or "obj";

    private static string Digest(IEnumerable<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(SHA256.HashData(part));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Take(Mutex turn)
    {
        try
        {
            turn.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // Whoever had it was killed; what it built is built again.
        }
    }

    /// <summary>Runs the dotnet command without what the test host's own build left in the environment.</summary>
    private static (int Code, string Output) Run(params string[] arguments)
    {
        var command = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in command.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "DOTNET_HOST_PATH" or "Configuration" or "Platform").ToArray())
        {
            command.Environment.Remove(name);
        }

        command.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        command.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        command.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(command)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
