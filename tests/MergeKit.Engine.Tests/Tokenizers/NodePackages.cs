using System.ComponentModel;
using System.Diagnostics;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>Node.js with Hugging Face's own tokenizers (the library behind transformers) and Jinja renderer, installed once beside the tests.</summary>
internal static class NodePackages
{
    private const string Tokenizers = "tokenizers@0.23.2";
    private const string Jinja = "@huggingface/jinja@0.5.10";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "node-packages");
    private static readonly Lazy<string?> Reason = new(Install);

    /// <summary>Why they cannot be used; null if they can.</summary>
    public static string? Missing => Reason.Value;

    /// <summary>Runs a script and gives what it writes.</summary>
    public static string Run(string script, params string[] arguments)
    {
        var path = Path.Combine(Folder, "script.js");
        File.WriteAllText(path, script);
        var (code, output, error) = Start("node", [path, .. arguments]);
        Assert.True(code == 0, error);
        return output;
    }

    private static string? Install()
    {
        try
        {
            Start("node", ["--version"]);
            if (File.Exists(Path.Combine(Folder, "complete")))
            {
                return null;
            }

            Directory.CreateDirectory(Folder);
            string[] install = ["install", "--prefix", Folder, "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=30000", Tokenizers, Jinja];
            var (code, _, error) = OperatingSystem.IsWindows() ? Start("cmd.exe", ["/c", "npm", .. install]) : Start("npm", install);
            if (code != 0)
            {
                return $"npm cannot install {Tokenizers}: {error.Trim().Split('\n')[^1]}";
            }

            File.WriteAllText(Path.Combine(Folder, "complete"), "");
            return null;
        }
        catch (Win32Exception)
        {
            return "Node.js is not installed.";
        }
    }

    private static (int Code, string Output, string Error) Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = AppContext.BaseDirectory };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
