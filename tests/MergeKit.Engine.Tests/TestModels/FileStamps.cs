using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Tells whether files are the same files, and not only equal ones.</summary>
internal static class FileStamps
{
    private static readonly DateTime LongAgo = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    /// <summary>Size, time and inode of every file of a folder.</summary>
    public static IReadOnlyDictionary<string, FileStamp?> Of(string folder) =>
        Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), FileStamp.TryRead);

    /// <summary>Makes files old enough for their digests to be remembered at once.</summary>
    public static void Age(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, LongAgo);
        }
    }

    /// <summary>Writes into a file without replacing it, as an editor of bytes does; its time is another one afterwards, however coarse the clock.</summary>
    public static void Edit(string path, Action<byte[]> edit)
    {
        var bytes = File.ReadAllBytes(path);
        edit(bytes);
        var time = File.GetLastWriteTimeUtc(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(bytes);
        }

        File.SetLastWriteTimeUtc(path, time.AddSeconds(1));
    }
}
