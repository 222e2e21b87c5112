namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>Bounds on a recipe, far beyond any that people write, so that hostile ones end in a diagnostic instead of exhausting the machine.</summary>
internal static class YamlLimits
{
    /// <summary>Largest size of the text, in bytes of a file or characters of a string.</summary>
    public const int Text = 4 << 20;

    /// <summary>Deepest nesting of lists and mappings, counted through aliases.</summary>
    public const int Depth = 64;

    /// <summary>Most nodes in all documents, counting an alias as all that it stands for.</summary>
    public const int Nodes = 200_000;

    /// <summary>Most documents that are not empty.</summary>
    public const int Documents = 256;
}
