namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>One document of a YAML file.</summary>
/// <param name="Root">Its content.</param>
/// <param name="Text">Its text as written, without the marker that separates documents.</param>
internal sealed record YamlDocument(YamlNode Root, string Text);
