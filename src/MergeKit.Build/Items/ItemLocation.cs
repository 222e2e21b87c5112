using System.Xml;
using System.Xml.Linq;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Build.Items;

/// <summary>Where a ModelMerge item, and the recipe inside it, stand in a project file; MSBuild tells tasks the file only.</summary>
/// <param name="Item">The item's element.</param>
/// <param name="RecipeText">The first character of an inline recipe; null where the text comes from elsewhere (a property, a default).</param>
internal sealed record ItemLocation(SourcePosition Item, SourcePosition? RecipeText)
{
    /// <summary>
    /// Finds the item with the given Include, and of several the one with the given Name; the project's first line where it is not written
    /// out literally.
    /// </summary>
    public static ItemLocation Find(string projectFile, string include, string name)
    {
        var candidates = (Load(projectFile)?.Descendants() ?? []).Where(candidate =>
            candidate.Name.LocalName == "ModelMerge" && (string?)candidate.Attribute("Include") == include).ToList();
        var element = candidates.Find(candidate => NameOf(candidate) == name) ?? candidates.FirstOrDefault();
        if (element is null)
            return new ItemLocation(new SourcePosition(projectFile, 1, 1), null);

        var text = element.Elements().FirstOrDefault(child => child.Name.LocalName == "Recipe")?.Nodes().FirstOrDefault();
        return new ItemLocation(PositionOf(projectFile, element), text is XText ? PositionOf(projectFile, text) : null);
    }

    /// <summary>Turns a position inside the inline recipe into the one in the project file.</summary>
    public SourcePosition Resolve(SourcePosition inRecipe)
    {
        if (RecipeText is not { } start)
            return Item;

        var column = inRecipe.Line == 1 ? start.Column + inRecipe.Column - 1 : inRecipe.Column;
        return new SourcePosition(start.File, start.Line + inRecipe.Line - 1, column);
    }

    private static string? NameOf(XElement item) =>
        (string?)item.Attribute("Name") ?? item.Elements().FirstOrDefault(child => child.Name.LocalName == "Name")?.Value;

    private static XDocument? Load(string projectFile)
    {
        try
        {
            return XDocument.Load(projectFile, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException)
        {
            return null; // The position is a service; what there is to say is said without it.
        }
    }

    private static SourcePosition PositionOf(string file, IXmlLineInfo node) =>
        new(file, node.LineNumber, node.LinePosition);
}
