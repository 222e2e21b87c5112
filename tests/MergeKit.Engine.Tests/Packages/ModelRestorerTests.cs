using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.Downloads;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Packages;

public sealed class ModelRestorerTests : PackageTestBase
{
    [Fact]
    public void A_model_is_completed_once_and_recognised_without_reading_it()
    {
        WriteModel();
        var server = ServeWeights();
        var request = RestoreFrom(server.Address("/weights").ToString());
        var observer = new RestoreRecorder();

        Assert.True(Restore(request, observer));
        AssertRestored();
        Assert.Equal([(2, Content.LongLength, server.Address("/weights").ToString())], observer.Starts);
        Assert.Equal(["/weights/Acme.Chat/1.0.0/chat/a.safetensors", "/weights/Acme.Chat/1.0.0/chat/b.safetensors"], server.Requests.Select(sent => sent.Target).Order());
        Assert.All(Directory.GetFiles(Restored), file => Assert.Equal(request.Time.UtcDateTime, File.GetLastWriteTimeUtc(file)));

        // Whoever opens the weights now finds them locked; that size, time and identity are enough shows in that nobody does.
        using var locked = new FileStream(Path.Combine(Restored, "a.safetensors"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.False(Restore(request));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void A_token_goes_with_every_request()
    {
        WriteModel();
        var server = ServeWeights();
        Restore(RestoreFrom(server.Address("/").ToString()) with { Token = "secret" });
        Assert.Equal(["Bearer secret", "Bearer secret"], server.Requests.Select(sent => sent["Authorization"]));
    }

    [Fact]
    public void Only_what_is_damaged_or_missing_is_downloaded_again()
    {
        WriteModel();
        var server = ServeWeights();
        var request = RestoreFrom(server.Address("/").ToString());
        Restore(request);

        File.WriteAllBytes(Path.Combine(Restored, "a.safetensors"), new byte[First.Length]);
        Assert.True(Restore(request));
        File.Delete(Path.Combine(Restored, "b.safetensors"));
        Assert.True(Restore(request));

        AssertRestored();
        Assert.Equal(["a", "b", "a", "b"], Names(server, 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_folder_whose_manifest_is_damaged_or_missing_is_replaced(string? manifest)
    {
        WriteModel();
        var server = ServeWeights();
        var request = RestoreFrom(server.Address("/").ToString());
        Restore(request);
        File.Delete(Path.Combine(Restored, "mergekit_manifest.json"));
        File.Delete(Path.Combine(Restored, "b.safetensors"));
        if (manifest is not null)
        {
            File.WriteAllText(Path.Combine(Restored, "mergekit_manifest.json"), manifest);
        }

        Assert.True(Restore(request));

        AssertRestored();
        Assert.Equal(["a", "b", "b"], Names(server, 2));
    }

    [Fact]
    public void A_server_that_refuses_is_an_error_that_says_to_whom_the_token_goes()
    {
        WriteModel();
        var server = Serve((_, _) => ServedReply.Of(401));
        var message = MergeErrors.Single(DiagnosticCode.WeightsRefused, () => Restore(RestoreFrom(server.Address("/").ToString())));
        Assert.Contains("MK2061: ", message, StringComparison.Ordinal);
        Assert.EndsWith("set MERGEKIT_WEIGHTS_HOST to '127.0.0.1' if you trust it with the token.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_takes_the_weights_that_did_not_change_from_the_one_that_is_there()
    {
        WriteModel();
        var server = ServeWeights();
        Restore(RestoreFrom(server.Address("/").ToString()));
        WriteModel("{ }");

        var next = RestoreFrom(server.Address("/").ToString()) with { Model = Model with { Version = "2.0.0" }, Destination = Folder["cache/packages/Acme.Chat/2.0.0/chat"] };
        Assert.True(Restore(next));

        Assert.Equal(Digests(Original), Digests(next.Destination));
        Assert.Equal(2, server.Requests.Count);
        Assert.False(Restore(next));
    }

    [Fact]
    public void A_package_that_was_made_again_with_its_version_replaces_what_was_restored_of_it()
    {
        WriteModel();
        var server = ServeWeights();
        Restore(RestoreFrom(server.Address("/").ToString()));
        WriteModel("{ }");

        Assert.True(Restore(RestoreFrom(server.Address("/").ToString())));

        AssertRestored();
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Two_restores_at_once_download_once()
    {
        WriteModel();
        using var secondWaits = new ManualResetEventSlim();
        var server = Serve((request, _) =>
        {
            secondWaits.Wait();
            return ServedReply.File(request, request.Target.EndsWith("a.safetensors", StringComparison.Ordinal) ? First : Second);
        });
        var observer = new RestoreRecorder { OnWaiting = secondWaits.Set };

        var done = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Restore(RestoreFrom(server.Address("/").ToString()), observer))));

        Assert.Equal([false, true], done.Order());
        Assert.Equal([Restored], observer.Waits);
        Assert.Equal(2, server.Requests.Count);
        AssertRestored();
    }

    [Fact]
    public void What_an_interrupted_restore_has_downloaded_the_next_one_uses()
    {
        WriteModel();
        var isDown = true;
        var server = Serve((request, _) =>
            request.Target.EndsWith("a.safetensors", StringComparison.Ordinal) ? ServedReply.File(request, First)
            : !isDown ? ServedReply.File(request, Second)
            : request["Range"] is null ? ServedReply.File(request, Second, cutAfter: 1000)
            : ServedReply.Of(404));
        var request = RestoreFrom(server.Address("/").ToString());

        var message = MergeErrors.Single(DiagnosticCode.ModelNotRestored, () => Restore(request));
        Assert.StartsWith($"Model 'chat' of package Acme.Chat 1.0.0 cannot be restored from {server.Address("").ToString().TrimEnd('/')}: MK2062: '{server.Address("/Acme.Chat/1.0.0/chat/b.safetensors")}'", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Restored));

        isDown = false;
        var before = server.Requests.Count;
        Assert.True(Restore(request));
        AssertRestored();
        Assert.Contains("bytes=1000-", server.Ranges.Skip(before));
    }

    [Fact]
    public void Weights_that_are_not_those_of_the_manifest_are_not_used()
    {
        WriteModel();
        var server = Serve((request, _) => ServedReply.File(request, request.Target.EndsWith("a.safetensors", StringComparison.Ordinal) ? First : new byte[Second.Length]));
        var message = MergeErrors.Single(DiagnosticCode.ModelNotRestored, () => Restore(RestoreFrom(server.Address("/").ToString())));
        Assert.Contains("MK2063: '", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public void A_damaged_package_is_an_error_before_anything_is_downloaded()
    {
        WriteModel();
        var server = ServeWeights();
        var path = Folder.Write("package/chat/model.safetensors.index.json", "[]");
        var message = MergeErrors.Single(DiagnosticCode.ModelNotRestored, () => Restore(RestoreFrom(server.Address("/").ToString())));
        Assert.Contains($"MK7024: The package is damaged: '{path}'", message, StringComparison.Ordinal);
        File.Delete(Folder["package/chat/mergekit_manifest.json"]);
        Assert.Contains($"Delete the package's folder, '{Folder.Path}', and restore again", MergeErrors.Single(DiagnosticCode.ModelNotRestored, () => Restore(RestoreFrom(server.Address("/").ToString()))), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_that_names_the_file()
    {
        WriteModel();
        var message = MergeErrors.Single(DiagnosticCode.ModelNotRestored, () => Restore(RestoreFrom("share")));
        Assert.Contains($"cannot be restored from {Folder["share"]}: MK2062: '{Folder["share/Acme.Chat/1.0.0/chat/"]}", message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(LoopbackServer server, int unordered)
    {
        var names = server.Requests.Select(sent => Path.GetFileNameWithoutExtension(sent.Target)).ToList();
        return [.. names.Take(unordered).Order(), .. names.Skip(unordered)];
    }
}
