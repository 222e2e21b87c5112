using MergeKit.Engine.Caching;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Caching;

public sealed class FileStampTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_stamp_holds_size_and_time()
    {
        var path = Write("a", 5);
        var stamp = FileStamp.TryRead(path)!.Value;
        Assert.Equal(5, stamp.Size);
        Assert.Equal(SetTime.Past.Ticks, stamp.Time);
        Assert.Equal(stamp, FileStamp.TryRead(path));
    }

    [Fact]
    public void A_tick_of_time_makes_another_stamp()
    {
        var path = Write("a", 5);
        var before = FileStamp.TryRead(path);
        File.SetLastWriteTimeUtc(path, SetTime.Past.AddTicks(1));
        Assert.NotEqual(before, FileStamp.TryRead(path));
        Assert.Equal(SetTime.Past.Ticks + 1, FileStamp.TryRead(path)!.Value.Time);
    }

    [Fact]
    public void A_replacement_of_the_same_size_and_time_has_another_stamp()
    {
        var path = Write("a", 5);
        var before = FileStamp.TryRead(path);
        File.Move(Write("b", 5), path, overwrite: true);
        Assert.NotEqual(before, FileStamp.TryRead(path));
    }

    [Fact]
    public void A_link_has_the_stamp_of_what_it_leads_to()
    {
        var path = Write("a", 5);
        File.CreateSymbolicLink(folder["link"], path);
        Assert.True(HardLink.TryCreate(path, folder["name"]));
        Assert.Equal(FileStamp.TryRead(path), FileStamp.TryRead(folder["link"]));
        Assert.Equal(FileStamp.TryRead(path), FileStamp.TryRead(folder["name"]));
    }

    [Fact]
    public void An_open_file_keeps_its_stamp_when_its_path_is_replaced()
    {
        var path = Write("a", 5);
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var before = FileStamp.TryRead(path);
        Assert.Equal(before, FileStamp.TryRead(handle));
        File.Move(Write("b", 5), path, overwrite: true);
        Assert.Equal(before, FileStamp.TryRead(handle));
    }

    [Fact]
    public void What_is_no_file_has_no_stamp()
    {
        Assert.Null(FileStamp.TryRead(folder["none"]));
        Assert.Null(FileStamp.TryRead(folder.Path));
        File.CreateSymbolicLink(folder["link"], folder["none"]);
        Assert.Null(FileStamp.TryRead(folder["link"]));
    }

    [Fact]
    public void A_hard_link_is_refused_where_there_is_no_file_or_the_name_is_taken()
    {
        var path = Write("a", 5);
        Assert.False(HardLink.TryCreate(folder["none"], folder["link"]));
        Assert.False(HardLink.TryCreate(path, Write("taken", 3)));
        Assert.Equal(3, new FileInfo(folder["taken"]).Length);
    }

    public void Dispose() => folder.Dispose();

    private string Write(string name, int size)
    {
        var path = folder.Write(name, new byte[size]);
        File.SetLastWriteTimeUtc(path, SetTime.Past);
        return path;
    }
}
