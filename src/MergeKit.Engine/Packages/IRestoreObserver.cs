using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Packages;

/// <summary>Is told what a restore does, beside the progress of its downloads.</summary>
public interface IRestoreObserver : IDownloadObserver
{
    /// <summary>Downloads begin.</summary>
    /// <param name="model">The model that they are of.</param>
    /// <param name="files">Files to download.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="location">Where they come from.</param>
    void Starting(ModelInPackage model, int files, long bytes, WeightsLocation location);
}
