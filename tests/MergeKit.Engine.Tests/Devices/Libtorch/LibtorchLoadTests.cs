using System.Diagnostics;
using MergeKit.Engine.Devices;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.Output;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>A libtorch that is there and that the system does not load, as one made for a newer system.</summary>
public sealed class LibtorchLoadTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();
    private readonly TemporaryFolder program = new();

    public LibtorchLoadTests() => SmallModels.Write(workspace);

    [LibtorchTheory]
    [InlineData("")]
    [InlineData("This is no library.")]
    public void It_is_an_error_that_says_what_the_loader_says(string content)
    {
        CopyProgramWith(content);
        var messages = Ask(workspace.Request(SmallModels.Linear).ByLibtorch());
        var error = Assert.Single(messages[^1].Failure!);
        Assert.Equal(DiagnosticCode.NativeLibraryMissing, error.Code);
        Assert.Contains("Device torch-cpu needs libtorch", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"system \(.*LibTorchSharp.*: (file too short|invalid ELF header|.+)\)\. Add the package TorchSharp-cpu", error.Message);
        Assert.False(Directory.Exists(workspace.Output));
    }

    [LibtorchFact]
    public void Where_any_device_will_do_the_processor_merges()
    {
        CopyProgramWith("This is no library.");
        var request = workspace.Request(SmallModels.Linear);
        var messages = Ask(request.ByLibtorch() with { Device = MergeDevice.Auto });
        Assert.NotNull(messages[^1].Result);
        Assert.Contains(messages, message => message.Device?.StartsWith("cpu (auto: no libtorch for GPUs", StringComparison.Ordinal) == true);
        Assert.Equal(CleanMerge.Of(request), FolderContent.Of(workspace.Output));
    }

    public void Dispose()
    {
        workspace.Dispose();
        program.Dispose();
    }

    /// <summary>The program, with something else in place of the library by which TorchSharp calls libtorch.</summary>
    private void CopyProgramWith(string content)
    {
        const long Large = 10_000_000;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(LibtorchHost.Assembly)!))
        {
            var copy = program[Path.GetFileName(file)];
            if (Path.GetFileNameWithoutExtension(file) is "libLibTorchSharp" or "LibTorchSharp")
            {
                File.WriteAllText(copy, content);
            }
            else if (new FileInfo(file).Length > Large)
            {
                File.CreateSymbolicLink(copy, file);
            }
            else
            {
                File.Copy(file, copy);
            }
        }
    }

    /// <summary>Asks the program, which finds no other library of that name on the system.</summary>
    private List<HostMessage> Ask(MergeRequest request)
    {
        var start = new ProcessStartInfo(DotNetCommand.Path, ["exec", program[Path.GetFileName(LibtorchHost.Assembly)]]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["LD_LIBRARY_PATH"] = program.Path;
        using var process = Process.Start(start)!;
        process.StandardInput.WriteLine(HostText.Write(HostRequest.Of(request, isPreview: false)));
        process.StandardInput.Flush();
        var messages = new List<HostMessage>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (HostText.ReadMessage(line) is { } message)
            {
                messages.Add(message);
            }
        }

        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return messages;
    }
}
