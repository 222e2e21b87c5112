using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Items;

/// <summary>A ModelMerge item, read: what to ask of the engine and where to report.</summary>
/// <param name="Request">What the engine is asked for.</param>
/// <param name="Location">The item in the project.</param>
/// <param name="RecordFile">File, below obj, of what builds remember about this merge.</param>
/// <param name="Options">Hash of the item's settings; a change of it calls for a new merge.</param>
internal sealed record ModelMerge(MergeRequest Request, ItemLocation Location, string RecordFile, string Options)
{
    /// <summary>Reads the items of a project.</summary>
    /// <param name="items">The items.</param>
    /// <param name="projectFile">Full path of the project file.</param>
    /// <param name="diagnostics">Receives metadata that cannot be read, missing recipes, invalid and duplicate names.</param>
    /// <returns>The items about which there is nothing to report.</returns>
    public static IReadOnlyList<ModelMerge> ReadAll(IEnumerable<ITaskItem> items, string projectFile, DiagnosticBag diagnostics)
    {
        var valid = new List<ModelMerge>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in items)
        {
            var found = new DiagnosticBag();
            var merge = Read(item, projectFile, found);
            if (!names.Add(merge.Request.Name))
                found.Error(DiagnosticCode.DuplicateModelName, merge.Location.Item, merge.Request.Name);

            diagnostics.AddRange(found.Diagnostics);
            if (!found.HasErrors)
                valid.Add(merge);
        }

        return valid;
    }

    /// <summary>The position to report for one the engine gave: an inline recipe's lines are counted in the project file.</summary>
    public SourcePosition Resolve(SourcePosition? position) => position switch
    {
        null => Request.RecipeText is null ? new SourcePosition(Request.RecipePath, 0, 0) : Location.Item,
        { } given when Request.RecipeText is not null && given.File == Request.RecipePath => Location.Resolve(given),
        { } given => given,
    };

    private static ModelMerge Read(ITaskItem item, string projectFile, DiagnosticBag diagnostics)
    {
        var origin = item.GetMetadata("Origin");
        var location = ItemLocation.Find(origin.Length > 0 ? origin : projectFile, item.ItemSpec, item.GetMetadata("Name"));
        var metadata = new MetadataReader(item, location.Item, diagnostics);
        var name = metadata.Text("Name");
        if (!ModelName.IsValid(name))
            diagnostics.Error(DiagnosticCode.InvalidModelName, location.Item, name, item.ItemSpec);

        var recipe = item.GetMetadata("Recipe");
        var recipePath = recipe.Length > 0 ? location.Item.File : item.GetMetadata("FullPath");
        if (!File.Exists(recipePath))
            diagnostics.Error(DiagnosticCode.RecipeMissing, location.Item, item.ItemSpec, recipePath);

        var project = Path.GetDirectoryName(projectFile)!;

        // MSBuild turns backslashes, which its own targets write, into slashes only in paths that exist.
        var outputs = metadata.Text("OutputDirectory").Replace('\\', '/');
        var request = new MergeRequest
        {
            Name = name,
            Position = location.Item,
            RecipePath = recipePath,
            RecipeText = recipe.Length > 0 ? recipe : null,
            ProjectDirectory = project,
            OutputDirectory = Path.GetFullPath(Path.Combine(project, outputs, name)),
            StateDirectory = Path.Combine(Path.GetDirectoryName(item.GetMetadata("Record"))!, name),
            CacheDirectory = metadata.Flag("Cache", whenEmpty: true) ? metadata.CacheDirectory(project) : null,
            CacheSize = metadata.CacheSize(),
            Seed = metadata.Seed("Seed"),
            ShardSize = metadata.Size("ShardSize", whenEmpty: 5_000_000_000),
            Device = metadata.Device("Device"),
            Threads = metadata.Count("Threads"),
            MemoryLimit = metadata.Size("MemoryLimit", whenEmpty: 0),
            AllowCrimes = metadata.Flag("AllowCrimes", whenEmpty: false),
            NonFiniteInputs = metadata.NonFinite("NonFiniteInputs", whenEmpty: NonFinitePolicy.Warning),
            NonFiniteOutputs = metadata.NonFinite("NonFiniteOutputs", whenEmpty: NonFinitePolicy.Error),
            CopyTokenizer = metadata.Flag("CopyTokenizer", whenEmpty: true),
            WriteModelCard = metadata.Flag("WriteModelCard", whenEmpty: true),
            LoraDType = metadata.FloatType("LoraDType"),
            CloneTensors = metadata.Flag("CloneTensors", whenEmpty: false),
        };
        return new ModelMerge(request, location, item.GetMetadata("Record"), item.GetMetadata("Options"));
    }
}
