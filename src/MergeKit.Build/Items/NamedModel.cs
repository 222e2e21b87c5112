using MergeKit.Engine.Diagnostics;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Items;

/// <summary>A model that recipes may use by name, from a referenced project or package.</summary>
/// <param name="Name">The name.</param>
/// <param name="Folder">Full path of the model's folder.</param>
/// <param name="Origin">The project file, or the package and its version.</param>
/// <param name="Content">What the name stands for, beside the times of the files in the folder.</param>
/// <param name="PackageUrl">The package as <c>pkg:nuget/ID@VERSION</c>; null for models of projects.</param>
internal sealed record NamedModel(string Name, string Folder, string Origin, string Content, string? PackageUrl)
{
    /// <summary>Reads the models; of two that share a name the second is reported and left out.</summary>
    public static IReadOnlyList<NamedModel> ReadAll(IEnumerable<ITaskItem> items, DiagnosticBag diagnostics)
    {
        var models = new OrderedDictionary<string, NamedModel>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in items)
        {
            var model = Read(item);
            if (!models.TryAdd(model.Name, model))
                diagnostics.Error(DiagnosticCode.NamedModelTwice, null, model.Name, models[model.Name].Origin, model.Origin);
        }

        return [.. models.Values];
    }

    private static NamedModel Read(ITaskItem item) => new(
        item.GetMetadata("Name"),
        Path.TrimEndingDirectorySeparator(item.GetMetadata("Folder")),
        item.GetMetadata("Origin"),
        item.GetMetadata("Content"),
        item.GetMetadata("PackageId") is { Length: > 0 } package ? $"pkg:nuget/{package}@{item.GetMetadata("Version")}" : null);
}
