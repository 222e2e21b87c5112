using MergeKit.Engine.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>Reads YAML text into nodes that know their places.</summary>
internal sealed class YamlReader
{
    private readonly string text;
    private readonly string fileName;
    private readonly DiagnosticBag diagnostics;
    private readonly Parser parser;
    private readonly Dictionary<AnchorName, Anchored> anchors = [];
    private readonly Stack<SourcePosition> open = [];
    private int nodes;
    private int deepest;

    private YamlReader(string text, string fileName, DiagnosticBag diagnostics)
    {
        (this.text, this.fileName, this.diagnostics) = (text, fileName, diagnostics);
        parser = new Parser(new StringReader(text));
    }

    private ParsingEvent Current => parser.Current!;

    /// <summary>Reads all documents that are not empty. Duplicate keys are collected, other errors thrown at once.</summary>
    /// <exception cref="MergeException">The text is not YAML, or exceeds <see cref="YamlLimits"/>.</exception>
    public static IReadOnlyList<YamlDocument> Read(string text, string fileName, DiagnosticBag diagnostics)
    {
        YamlText.Check(text, fileName, diagnostics);
        try
        {
            return new YamlReader(text, fileName, diagnostics).ReadDocuments();
        }
        catch (YamlException e)
        {
            var (position, what) = YamlText.Explain(text, new SourcePosition(fileName, (int)e.Start.Line, (int)e.Start.Column), e.Message);
            throw diagnostics.Fatal(DiagnosticCode.RecipeSyntax, position, what);
        }
    }

    private List<YamlDocument> ReadDocuments()
    {
        var documents = new List<YamlDocument>();
        Advance();
        for (var isFirst = true; Advance() && Current is DocumentStart start; isFirst = false)
        {
            anchors.Clear();
            Advance();
            var root = ReadNode(1);
            var content = YamlText.Between(text, start, Current, isFirst);
            if (root.Kind != YamlKind.Nothing)
            {
                if (documents.Count == YamlLimits.Documents)
                {
                    throw diagnostics.Fatal(DiagnosticCode.RecipeTooLarge, root.Position, $"more than {YamlLimits.Documents} documents");
                }

                documents.Add(new YamlDocument(root, content));
            }
        }

        return documents;
    }

    /// <summary>Reads the node that starts at the current event and moves behind it.</summary>
    private YamlNode ReadNode(int depth)
    {
        if (Current is AnchorAlias alias)
        {
            return ReadAlias(alias, depth);
        }

        var start = Current as NodeEvent ?? throw Syntax(Current, "a key or value is missing here");
        var (nodesBefore, deepestBefore) = (nodes, deepest);
        deepest = 0;
        Grow(1, depth);
        YamlNode node = start switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadList(depth),
            _ => ReadMapping(depth),
        };
        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor] = new Anchored(node, nodes - nodesBefore, deepest - depth);
        }

        deepest = Math.Max(deepest, deepestBefore);
        return node;
    }

    private YamlNode ReadAlias(AnchorAlias alias, int depth)
    {
        if (!anchors.TryGetValue(alias.Value, out var anchored))
        {
            throw Syntax(alias, $"the alias '*{DisplayText.Of(alias.Value.Value, DisplayText.Short)}' names no anchor above it");
        }

        Grow(anchored.Nodes, depth + anchored.Depth);
        Advance();
        return anchored.Node;
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        var isText = scalar.Tag.IsNonSpecific || (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str");
        CheckTag(scalar, isText);
        Advance();
        return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain && !isText, PositionOf(scalar));
    }

    private YamlList ReadList(int depth)
    {
        var position = PositionOf(Current);
        CheckTag((NodeEvent)Current, false);
        var items = new List<YamlNode>();
        open.Push(position);
        Advance();
        while (Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        open.Pop();
        Advance();
        return new YamlList(items, position);
    }

    private YamlMapping ReadMapping(int depth)
    {
        var position = PositionOf(Current);
        CheckTag((NodeEvent)Current, false);
        var entries = new YamlMappingBuilder(diagnostics);
        open.Push(position);
        Advance();
        while (Current is not MappingEnd)
        {
            var keyEvent = Current;
            if (ReadNode(depth + 1) is not YamlScalar key)
            {
                throw Syntax(keyEvent, "a key must be a simple text, not a list or mapping");
            }

            entries.Add(key, ReadNode(depth + 1));
        }

        open.Pop();
        Advance();
        return entries.Build(position);
    }

    private bool Advance()
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // What the parser throws, without a place, when it loses track: most often for a bracket that is never closed.
            var position = open.TryPeek(out var innermost) ? innermost : new SourcePosition(fileName, 1, 1);
            throw diagnostics.Fatal(DiagnosticCode.RecipeSyntax, position, "the list or mapping that starts here is not closed, or something in it is malformed");
        }
    }

    private void Grow(int count, int depth)
    {
        nodes += count;
        deepest = Math.Max(deepest, depth);
        if (nodes > YamlLimits.Nodes)
        {
            throw TooLarge($"more than {YamlLimits.Nodes} values, counting what aliases repeat");
        }

        if (depth > YamlLimits.Depth)
        {
            throw TooLarge($"lists and mappings nested more than {YamlLimits.Depth} deep");
        }
    }

    private void CheckTag(NodeEvent node, bool isAllowed)
    {
        if (!node.Tag.IsEmpty && !isAllowed)
        {
            throw Syntax(node, $"the tag '{DisplayText.Of(node.Tag.ToString(), DisplayText.Short)}' has no meaning in a recipe");
        }
    }

    private SourcePosition PositionOf(ParsingEvent at) => new(fileName, (int)at.Start.Line, (int)at.Start.Column);

    private MergeException TooLarge(string what) => diagnostics.Fatal(DiagnosticCode.RecipeTooLarge, PositionOf(Current), what);

    private MergeException Syntax(ParsingEvent at, string what) => diagnostics.Fatal(DiagnosticCode.RecipeSyntax, PositionOf(at), what);

    /// <summary>A node with an anchor, how many nodes it holds and how deep it nests below itself.</summary>
    private readonly record struct Anchored(YamlNode Node, int Nodes, int Depth);
}
