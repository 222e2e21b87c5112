using System.Runtime.ExceptionServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Divides numbered pieces of work among threads: each takes the next piece that nobody has.</summary>
internal static class WorkerThreads
{
    /// <summary>Runs all pieces; throws the first exception that a piece threw.</summary>
    /// <param name="threads">Threads to use, the calling one included.</param>
    /// <param name="pieces">Number of pieces.</param>
    /// <param name="work">Gets the number of the worker and of the piece.</param>
    public static void Run(int threads, long pieces, Action<int, long> work)
    {
        var next = -1L;
        void Work(int worker)
        {
            try
            {
                for (var piece = Interlocked.Increment(ref next); piece < pieces; piece = Interlocked.Increment(ref next))
                {
                    work(worker, piece);
                }
            }
            catch
            {
                // The others finish the piece they are at and take no more.
                Interlocked.Exchange(ref next, pieces);
                throw;
            }
        }

        if (threads <= 1)
        {
            Work(0);
            return;
        }

        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Work);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
