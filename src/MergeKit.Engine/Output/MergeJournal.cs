using System.Globalization;
using System.Text;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>
/// The list, beside the staging folder, of the files that a merge is writing and of the tensors that are finished in them. After a kill, what it
/// says is on disk; after a power loss, only what stands before the place that its last mark of a flush names.
/// </summary>
internal sealed class MergeJournal : IDisposable
{
    private const string Boot = "boot";
    private const string Begin = "begin";
    private const string Done = "done";
    private const string Flushed = "flushed";

    private readonly Lock gate = new();
    private readonly string path;
    private readonly FileStream stream;

    private MergeJournal(string path, FileStream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>Writes a journal that takes the place of an earlier one, and opens it for what follows.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="shards">The files that are written, with the tensors in them that are finished already.</param>
    public static MergeJournal Create(string path, IEnumerable<JournalShard> shards) => OutputFolder.Guard(path, () =>
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Boot} {BootId()}\n");
        foreach (var shard in shards)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Begin} {shard.HeaderHash} {shard.FileName}\n");
            foreach (var (offset, (fingerprint, report)) in shard.Finished)
            {
                text.Append(Line(shard.FileName, fingerprint, offset, report));
            }
        }

        // Without a buffer: what a full disk refused would be written again, and refused again, when the stream is closed.
        var stream = new FileStream(path + "-new", FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
            stream.Flush(flushToDisk: true);
            File.Move(path + "-new", path, overwrite: true);
            DirectoryEntries.FlushToDisk(Path.GetDirectoryName(path)!);
            return new MergeJournal(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    /// <summary>Reads what an interrupted merge has left; nothing if it left nothing that can be trusted.</summary>
    public static IReadOnlyDictionary<string, JournalShard> Read(string path)
    {
        var shards = new Dictionary<string, JournalShard>(StringComparer.Ordinal);
        try
        {
            foreach (var words in Trusted(File.ReadAllText(path)).Select(line => line.Split(' ', 5)))
            {
                if (words is [Begin, var header, var file])
                {
                    shards[file] = new JournalShard(file, header);
                }
                else if (words is [Done, var fingerprint, var offset, var report, var name])
                {
                    shards[name].Finished[long.Parse(offset, CultureInfo.InvariantCulture)] = (fingerprint, ReadReport(report));
                }
            }

            return shards;
        }
        catch (Exception e) when (FileErrors.Is(e) || e is FormatException or OverflowException or KeyNotFoundException)
        {
            return new Dictionary<string, JournalShard>();
        }
    }

    /// <summary>Adds a tensor all of whose bytes have been handed to the file system.</summary>
    public void Add(string fileName, string fingerprint, long fileOffset, TensorReport report) => Write(Line(fileName, fingerprint, fileOffset, report), flush: false);

    /// <summary>The place up to which everything is written that is named now.</summary>
    public long Position
    {
        get
        {
            lock (gate)
            {
                return stream.Position;
            }
        }
    }

    /// <summary>Marks that everything that was named before <paramref name="position"/> is on disk.</summary>
    public void MarkFlushed(long position) => Write(string.Create(CultureInfo.InvariantCulture, $"{Flushed} {position}\n"), flush: true);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>The complete lines up to where a loss of power could have eaten what they name.</summary>
    private static string[] Trusted(string text)
    {
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n');
        if (BootId() is { Length: > 0 } boot && lines[0] == $"{Boot} {boot}")
        {
            return lines;
        }

        // All names in a journal are ASCII, so places in the file are places in the text.
        var flushed = lines.Where(line => line.StartsWith($"{Flushed} ", StringComparison.Ordinal)).Select(line => int.Parse(line[(Flushed.Length + 1)..], CultureInfo.InvariantCulture));
        return text[..Math.Clamp(flushed.DefaultIfEmpty(0).Max(), 0, text.Length)].Split('\n');
    }

    /// <summary>Identity of the system's present run, which a kill of the process does not change; empty where the system does not tell.</summary>
    private static string BootId()
    {
        const string Source = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Source) ? File.ReadAllText(Source).Trim() : "";
    }

    private static string Line(string fileName, string fingerprint, long offset, TensorReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{Done} {fingerprint} {offset} {WriteReport(report)} {fileName}\n");

    private static string WriteReport(TensorReport report) =>
        $"{(report.IsFinite ? "finite" : "nonfinite")},{(report.IntegersDiffer ? "differ" : "agree")},{string.Join(',', report.NonFiniteInputs)}";

    private static TensorReport ReadReport(string text)
    {
        var words = text.Split(',', 3);
        return words is [var finite, var differ, var inputs]
            ? new TensorReport(finite == "finite", [.. inputs.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(place => int.Parse(place, CultureInfo.InvariantCulture))], differ == "differ")
            : throw new FormatException();
    }

    private void Write(string line, bool flush)
    {
        try
        {
            lock (gate)
            {
                stream.Write(Encoding.UTF8.GetBytes(line));
                stream.Flush(flush);
            }
        }
        catch (Exception e) when (FileErrors.IsRefusal(e))
        {
            throw OutputFolder.NotWritable(e, path);
        }
    }
}
