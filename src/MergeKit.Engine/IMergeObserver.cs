namespace MergeKit.Engine;

/// <summary>Is told what a running merge does; progress comes from worker threads, after every piece read for its digest or written.</summary>
public interface IMergeObserver : IProgress<MergeProgress>
{
    /// <summary>It is known what computes.</summary>
    /// <param name="device">The device, and for <see cref="MergeDevice.Auto"/> why it is that one, for people.</param>
    void Computing(string device);

    /// <summary>Another build is writing the same model folder; this one goes on when that has finished.</summary>
    /// <param name="outputDirectory">Full path of the folder.</param>
    void Waiting(string outputDirectory);

    /// <summary>It is known what has to be computed, and why; writing begins.</summary>
    void Starting(MergeWork work);
}
