using System.Security.Cryptography;
using MergeKit.Engine.Output;
using MergeKit.Engine.Packages;
using MergeKit.Engine.Tests.Downloads;

namespace MergeKit.Engine.Tests.Packages;

/// <summary>A model with two files of weights, a package without them, and a server with them.</summary>
public abstract class PackageTestBase : DownloadTestBase
{
    private const string Index = "model.safetensors.index.json";

    internal static ModelInPackage Model { get; } = new("Acme.Chat", "1.0.0", "chat");

    internal string Original => Folder["original/chat"];

    internal string Restored => Folder["cache/packages/Acme.Chat/1.0.0/chat"];

    internal byte[] First => Content[..200_000];

    internal byte[] Second => Content[200_000..];

    /// <summary>Writes the model and the package; the small file tells versions apart.</summary>
    internal void WriteModel(string small = "{}")
    {
        Folder.Write("original/chat/a.safetensors", First);
        Folder.Write("original/chat/b.safetensors", Second);
        Folder.Write($"original/chat/{Index}", small);
        var files = Directory.GetFiles(Original).Where(file => !file.EndsWith(OutputManifest.FileName, StringComparison.Ordinal));
        Folder.Write($"original/chat/{OutputManifest.FileName}", OutputManifest.Write("fingerprint", files.Select(file => FileHash.Of(file, default))));
        foreach (var name in new[] { Index, OutputManifest.FileName })
        {
            Folder.Write($"package/chat/{name}", File.ReadAllBytes(Path.Combine(Original, name)));
        }
    }

    internal LoopbackServer ServeWeights() => Serve((request, _) => ServedReply.File(request, request.Target.EndsWith("a.safetensors", StringComparison.Ordinal) ? First : Second));

    internal RestoreRequest RestoreFrom(string location) => new(Model, Folder["package/chat"], WeightsLocation.Parse(location, Folder.Path), Restored, Folder["cache"])
    {
        Time = DateTimeOffset.UnixEpoch.AddYears(40),
    };

    internal bool Restore(RestoreRequest request, IRestoreObserver? observer = null) => ModelRestorer.Restore(request, Downloader, observer, default);

    /// <summary>Asserts that the model is there, all of it, with nothing beside it.</summary>
    internal void AssertRestored()
    {
        Assert.Equal(Digests(Original), Digests(Restored));
        Assert.Equal(["chat"], Directory.GetFileSystemEntries(Path.GetDirectoryName(Restored)!).Select(Path.GetFileName));
    }

    internal static IEnumerable<string> Digests(string folder) =>
        Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}");
}
