using System.Security.Cryptography;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>A folder to download into, a clock that does not wait, and a file worth downloading.</summary>
public abstract class DownloadTestBase : IDisposable
{
    private readonly List<IDisposable> opened = [];

    protected DownloadTestBase()
    {
        var handler = Transport.CreateHandler();
        handler.UseProxy = false;
        Client = Transport.CreateClient(handler);
        Downloader = new FileDownloader(Client, Time, Limits);
        Content = new byte[300_000];
        new Random(7).NextBytes(Content);
    }

    internal HttpClient Client { get; }

    internal TemporaryFolder Folder { get; } = new();

    internal static DownloadLimits Limits { get; } = new();

    internal SkippingTime Time { get; } = new(Limits.Stall);

    internal FileDownloader Downloader { get; }

    internal byte[] Content { get; }

    internal string Digest => Convert.ToHexStringLower(SHA256.HashData(Content));

    internal string Destination => Folder["model.safetensors"];

    internal string Partial => Destination + ".partial";

    /// <summary>Delays between tries; those of waiting for a lock left out.</summary>
    internal IEnumerable<TimeSpan> RetryDelays => Time.Delays.Where(delay => delay != TimeSpan.FromMilliseconds(250));

    internal LoopbackServer Serve(Func<ServedRequest, int, ServedReply> answer) => UntilTheEnd(new LoopbackServer(answer));

    internal DownloadRequest Request(LoopbackServer server) => new(server.Address(), Destination) { Size = Content.Length, Sha256 = Digest };

    /// <summary>Asserts that a download ended with the file, the whole file and nothing but the file.</summary>
    internal void AssertComplete(DownloadResult result)
    {
        Assert.Equal((Destination, Content.Length, Digest), (result.Path, result.Size, result.Sha256));
        Assert.Equal(Content, File.ReadAllBytes(Destination));
        Assert.Equal([Destination, Destination + ".lock"], Directory.GetFileSystemEntries(Folder.Path).Order(StringComparer.Ordinal));
    }

    /// <summary>Asserts that a download ends with an error and nothing at the destination; gives the message.</summary>
    internal string Fails(DiagnosticCode code, DownloadRequest request)
    {
        var message = MergeErrors.Single(code, () => Downloader.Download(request));
        Assert.False(File.Exists(Destination));
        return message;
    }

    /// <summary>Disposes something after the test.</summary>
    internal T UntilTheEnd<T>(T item)
        where T : IDisposable
    {
        opened.Add(item);
        return item;
    }

    public void Dispose()
    {
        opened.ForEach(item => item.Dispose());
        Client.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
