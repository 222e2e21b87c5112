using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Files on a file share.</summary>
public sealed class FileSourceTests : DownloadTestBase
{
    private readonly TemporaryFolder share;

    public FileSourceTests() => share = UntilTheEnd(new TemporaryFolder());

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("a model #2 of 50%20.bin")]
    public void A_file_is_copied_whatever_its_name(string name)
    {
        share.Write(name, Content);
        AssertComplete(Downloader.Download(new DownloadRequest(new Uri(share[name]), Destination) { Size = Content.Length, Sha256 = Digest }));
    }

    [Fact]
    public void A_copy_that_ended_early_continues()
    {
        share.Write("model", Content);
        var request = new DownloadRequest(new Uri(share["model"]), Destination);
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Downloader.Download(request, new RecordingObserver(progress => Cancel(progress, cancellation)), cancellation.Token));
        var kept = new FileInfo(Partial).Length;
        Assert.InRange(kept, 1, Content.Length - 1);

        var observer = new RecordingObserver();
        AssertComplete(Downloader.Download(request, observer));
        Assert.Equal(kept, observer.Progress[0].BytesDone);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Assert.Contains($"'{share["model"]}' does not exist", Fails(DiagnosticCode.DownloadNotFound, new DownloadRequest(new Uri(share["model"]), Destination)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_digest_is_found_in_files_too()
    {
        share.Write("model", new byte[Content.Length]);
        Fails(DiagnosticCode.DownloadCorrupt, new DownloadRequest(new Uri(share["model"]), Destination) { Sha256 = Digest });
    }

    private static void Cancel(DownloadProgress progress, CancellationTokenSource cancellation)
    {
        if (progress.BytesDone > 0)
        {
            cancellation.Cancel();
        }
    }
}
