using System.Text;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>A repository of a <see cref="HubServer"/>: one set of files, whatever the revision.</summary>
internal sealed class HostedModel
{
    public const string Main = "1111111111111111111111111111111111111111";

    /// <summary>Commits by the branches and tags that stand for them.</summary>
    public Dictionary<string, string> Refs { get; } = new(StringComparer.Ordinal) { ["main"] = Main };

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether only those with a token may have files.</summary>
    public bool IsGated { get; set; }

    /// <summary>Whether those without a token are told that there is no such model.</summary>
    public bool IsPrivate { get; set; }

    public static bool IsLarge(string name) => Path.GetExtension(name) is ".safetensors" or ".bin" or ".gguf";

    public string? CommitOf(string revision) => Refs.TryGetValue(revision, out var commit) ? commit : Refs.ContainsValue(revision) ? revision : null;

    public HostedModel With(string name, byte[] content)
    {
        Files[name] = content;
        return this;
    }

    public HostedModel With(string name, string text = "{}") => With(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Takes the files of a folder.</summary>
    public HostedModel WithFolder(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            With(Path.GetFileName(file), File.ReadAllBytes(file));
        }

        return this;
    }
}
