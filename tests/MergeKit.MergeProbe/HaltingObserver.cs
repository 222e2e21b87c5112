using MergeKit.Engine;

namespace MergeKit.MergeProbe;

/// <summary>Says so, and lets a merge go no further, once it has written a number of tensors.</summary>
internal sealed class HaltingObserver(int tensors) : IMergeObserver
{
    public void Computing(string device)
    {
    }

    public void Waiting(string outputDirectory)
    {
    }

    public void Starting(MergeWork work)
    {
    }

    public void Report(MergeProgress value)
    {
        if (value.Phase == MergePhase.Writing && value.TensorsDone >= tensors)
        {
            Console.WriteLine("halted");
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
