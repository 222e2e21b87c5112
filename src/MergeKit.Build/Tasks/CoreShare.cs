using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Processors that MSBuild lets a merge use while other projects are built at the same time; given back when disposed.</summary>
internal sealed class CoreShare : IDisposable
{
    private readonly IBuildEngine9? owner;

    private CoreShare(int count, IBuildEngine9? owner)
    {
        Count = count;
        this.owner = owner;
    }

    /// <summary>Number of processors, at least 1.</summary>
    public int Count { get; }

    /// <summary>Asks for processors; grants all of them where the build engine does not share them out, as in a task host.</summary>
    /// <param name="engine">The engine that runs the task; null if it is too old.</param>
    /// <param name="wanted">Number of processors that could be used, at least 1.</param>
    public static CoreShare Request(IBuildEngine9? engine, int wanted)
    {
        try
        {
            return engine is null ? new CoreShare(wanted, null) : new CoreShare(engine.RequestCores(wanted), engine);
        }
        catch (NotImplementedException)
        {
            return new CoreShare(wanted, null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => owner?.ReleaseCores(Count);
}
