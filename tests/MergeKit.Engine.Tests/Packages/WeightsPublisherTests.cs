using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Packages;
using MergeKit.Engine.Tests.Downloads;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Packages;

public sealed class WeightsPublisherTests : PackageTestBase
{
    private readonly WeightsPublisher publisher;

    public WeightsPublisherTests() => publisher = new WeightsPublisher(Folder["obj"], null, default);

    private string Published => Folder["share/Acme.Chat/1.0.0/chat"];

    [Fact]
    public void Published_weights_are_what_a_restore_needs()
    {
        WriteModel();
        publisher.Publish(Model, publisher.WeightsOf(Original), Folder["share"]);
        Assert.Equal(["a.safetensors", "b.safetensors"], Directory.GetFileSystemEntries(Published).Select(Path.GetFileName).Order());

        Restore(RestoreFrom("share"));
        AssertRestored();
    }

    [Fact]
    public void What_is_published_stays_and_what_is_missing_is_added()
    {
        WriteModel();
        publisher.Publish(Model, publisher.WeightsOf(Original), Folder["share"]);
        File.Delete(Path.Combine(Published, "b.safetensors"));
        var time = File.GetLastWriteTimeUtc(Path.Combine(Published, "a.safetensors"));

        publisher.Publish(Model, publisher.WeightsOf(Original), Folder["share"]);

        Assert.Equal(time, File.GetLastWriteTimeUtc(Path.Combine(Published, "a.safetensors")));
        Assert.Equal(Second, File.ReadAllBytes(Path.Combine(Published, "b.safetensors")));
    }

    [Fact]
    public void A_published_file_of_another_digest_is_never_replaced()
    {
        WriteModel();
        var path = Folder.Write("share/Acme.Chat/1.0.0/chat/b.safetensors", "another");

        var message = MergeErrors.Single(DiagnosticCode.PublishedWeightsDiffer, () => publisher.Publish(Model, publisher.WeightsOf(Original), Folder["share"]));

        Assert.StartsWith($"'{path}' is not the file", message, StringComparison.Ordinal);
        Assert.Equal("another", File.ReadAllText(path));
        Assert.False(File.Exists(Path.Combine(Published, "a.safetensors")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_another_pack_publishes_meanwhile_is_never_replaced(bool isSame)
    {
        WriteModel();
        var weights = publisher.WeightsOf(Original).Take(1).ToList();
        var content = isSame ? First : Second;
        var path = Path.Combine(Published, "a.safetensors");
        var observer = new RecordingObserver(_ => File.WriteAllBytes(path, content));
        var racing = new WeightsPublisher(Folder["obj"], observer, default);

        if (isSame)
        {
            racing.Publish(Model, weights, Folder["share"]);
        }
        else
        {
            MergeErrors.Single(DiagnosticCode.PublishedWeightsDiffer, () => racing.Publish(Model, weights, Folder["share"]));
        }

        Assert.NotEmpty(observer.Progress);
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Published));
    }

    [Fact]
    public void What_is_laid_out_for_uploading_replaces_what_was()
    {
        WriteModel();
        Folder.Write("share/Acme.Chat/1.0.0/chat/b.safetensors", "another");

        publisher.LayOut(Model, publisher.WeightsOf(Original), Folder["share"]);

        Assert.Equal(First, File.ReadAllBytes(Path.Combine(Published, "a.safetensors")));
        Assert.Equal(Second, File.ReadAllBytes(Path.Combine(Published, "b.safetensors")));
    }

    [Fact]
    public void Weights_that_changed_after_the_merge_are_not_published()
    {
        WriteModel();
        Folder.Write("original/chat/b.safetensors", new byte[Second.Length]);
        Assert.Contains("b.safetensors", MergeErrors.Single(DiagnosticCode.ModelFileChanged, () => publisher.WeightsOf(Original)), StringComparison.Ordinal);
    }
}
