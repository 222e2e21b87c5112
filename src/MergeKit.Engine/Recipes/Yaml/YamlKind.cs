namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>What a YAML node is once untagged plain scalars are resolved.</summary>
internal enum YamlKind
{
    Nothing,
    Number,
    Boolean,
    Text,
    List,
    Mapping,
}
