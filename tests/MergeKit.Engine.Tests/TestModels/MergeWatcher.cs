namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Calls back at once on the reporting thread, and keeps what it was told.</summary>
internal sealed class MergeWatcher : IMergeObserver
{
    /// <summary>Called for every piece that is written.</summary>
    public Action<MergeProgress> Progress { get; init; } = _ => { };

    public Action Wait { get; init; } = () => { };

    /// <summary>What had to be done, stage by stage.</summary>
    public List<MergeWork> Works { get; } = [];

    /// <summary>What computed.</summary>
    public List<string> Devices { get; } = [];

    public void Computing(string device) => Devices.Add(device);

    public void Waiting(string outputDirectory) => Wait();

    public void Starting(MergeWork work) => Works.Add(work);

    public void Report(MergeProgress value)
    {
        if (value.Phase == MergePhase.Writing)
        {
            Progress(value);
        }
    }
}
