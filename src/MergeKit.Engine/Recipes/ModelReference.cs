using System.Diagnostics.CodeAnalysis;

namespace MergeKit.Engine.Recipes;

/// <summary>A model as a recipe names it: a folder, a hub name or a stage, with an optional revision and adapter.</summary>
public sealed record ModelReference
{
    private static readonly char[] Separators = ['@', '+'];

    /// <summary>Folder, hub name or name of a stage.</summary>
    public required string Path { get; init; }

    /// <summary>Branch, tag or commit of a hub repository; null for its default branch.</summary>
    public string? Revision { get; init; }

    /// <summary>The adapter to apply to the model; null for none.</summary>
    public AdapterReference? Adapter { get; init; }

    /// <summary>Reads <c>path</c>, <c>path@revision</c> or either of them followed by <c>+adapter</c> or <c>+adapter@revision</c>.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> has another form.</exception>
    public static ModelReference Parse(string text) =>
        TryParse(text, out var reference) ? reference : throw new FormatException($"'{text}' is not a model reference.");

    /// <summary>Reads what <see cref="Parse"/> reads; false where it would throw.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ModelReference? reference)
    {
        reference = null;
        var parts = text.Split('+');
        if (parts.Length > 2 || !TrySplit(parts[0], out var path, out var revision))
        {
            return false;
        }

        AdapterReference? adapter = null;
        if (parts.Length == 2)
        {
            if (!TrySplit(parts[1], out var adapterPath, out var adapterRevision))
            {
                return false;
            }

            adapter = new AdapterReference(adapterPath, adapterRevision);
        }

        reference = new ModelReference { Path = path, Revision = revision, Adapter = adapter };
        return true;
    }

    /// <summary>The reference as a recipe writes it: the short form, or YAML's flow form where a path holds <c>+</c> or <c>@</c>.</summary>
    public override string ToString()
    {
        if (Holds(Path) || Holds(Revision) || Holds(Adapter?.Path) || Holds(Adapter?.Revision))
        {
            var lora = Adapter is null ? "" : $", lora: {Mapping(Adapter.Path, Adapter.Revision)}";
            return $"{{model: {Mapping(Path, Revision)}{lora}}}";
        }

        return Adapter is null ? Short(Path, Revision) : $"{Short(Path, Revision)}+{Short(Adapter.Path, Adapter.Revision)}";
    }

    /// <summary>Splits <c>path@revision</c>; false for an empty part or a second <c>@</c>.</summary>
    internal static bool TrySplit(string text, out string path, out string? revision)
    {
        var parts = text.Split('@');
        path = parts[0];
        revision = parts.Length > 1 ? parts[1] : null;
        return parts.Length <= 2 && path.Length > 0 && revision != "";
    }

    private static bool Holds(string? text) => text is not null && text.IndexOfAny(Separators) >= 0;

    private static string Short(string path, string? revision) => revision is null ? path : $"{path}@{revision}";

    private static string Mapping(string path, string? revision) =>
        revision is null ? $"{{path: {Quote(path)}}}" : $"{{path: {Quote(path)}, revision: {Quote(revision)}}}";

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
