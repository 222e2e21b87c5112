using MergeKit.Build.Items;
using MergeKit.Engine.Packages;

namespace MergeKit.Build.Packaging;

/// <summary>Puts the weights of a package that does not hold them to their location, or lays them out for whoever uploads them there.</summary>
/// <param name="id">The package's ID.</param>
/// <param name="version">The package's version.</param>
/// <param name="location">The location.</param>
/// <param name="uploadFolder">Where weights are laid out that have to be uploaded.</param>
/// <param name="print">Receives lines for the user.</param>
internal sealed class SeparateWeights(string id, string version, WeightsLocation location, string uploadFolder, Action<string> print)
{
    /// <summary>Publishes the weights of all models, or says what has to be uploaded.</summary>
    public void Place(IReadOnlyList<PackagedModel> models, WeightsPublisher publisher)
    {
        print($"{id} {version} is packed without weights: its models have {ByteSize.Format(models.Sum(model => model.SizeOnDisk))}");
        var weights = models.Select(model => (new ModelInPackage(id, version, model.Name), publisher.WeightsOf(model.Folder))).ToList();
        if (location.Folder is null)
            WeightsPublisher.ClearLayOut(uploadFolder);
        foreach (var (name, files) in weights)
        {
            if (location.Folder is { } folder)
            {
                publisher.Publish(name, files, folder);
                continue;
            }

            publisher.LayOut(name, files, uploadFolder);
            foreach (var file in files)
                print($"  to be uploaded: {location.AddressOf(name, file.Name).AbsoluteUri} ({ByteSize.Format(file.Size)})");
        }

        print(location.Folder is null
            ? $"{id} {version}: upload the content of {uploadFolder} to {location} before the package is used"
            : $"{id} {version}: weights are in {Path.Combine(location.ToString(), id, version)}");
    }
}
