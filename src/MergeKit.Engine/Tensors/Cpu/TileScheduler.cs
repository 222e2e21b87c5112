using System.Collections.Concurrent;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Runs passes: divides a tensor into chunks (units of reading and writing) of whole tiles (units of arithmetic) and hands the chunks to
/// threads. Results never depend on the number of threads or the length of chunks, because everything is kept per tile.
/// </summary>
/// <param name="threads">Threads of one pass.</param>
/// <param name="chunkElements">Elements of a chunk, rounded down to whole tiles (at least one); 0 derives it from <paramref name="workerBytes"/>.</param>
/// <param name="workerBytes">Bytes of chunk buffers that one worker should hold.</param>
/// <param name="cancellation">Checked before every chunk.</param>
internal sealed class TileScheduler(int threads, int chunkElements, long workerBytes, CancellationToken cancellation)
{
    private readonly ConcurrentBag<TileWorker> workers = [];

    /// <summary>Runs a pass over all tiles.</summary>
    public void Run(TilePass pass)
    {
        var program = new TileProgram(pass.Roots, pass.NeedsRows);
        var chunkLength = ChunkLength(program, pass.OutputElementSize);
        var chunks = (program.ElementCount + chunkLength - 1) / chunkLength;
        var workerCount = (int)Math.Min(Math.Min(threads, pass.MaximumWorkers), Math.Max(chunks, 1));
        pass.Begin(workerCount, program.TileCount);
        var rented = new TileWorker[workerCount];
        WorkerThreads.Run(workerCount, chunks, (number, chunk) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var worker = rented[number] ??= Begin(pass, program, chunkLength);
            RunChunk(pass, program, worker, number, chunk * chunkLength, chunkLength);
        });
        foreach (var worker in rented.OfType<TileWorker>())
        {
            workers.Add(worker);
        }
    }

    /// <summary>
    /// Runs a pass over columns: blocks of elements that share their index on the first axis up to a run of the others, each block from the
    /// first row to the last on one thread, so that sums down a column have one order.
    /// </summary>
    public void RunColumns(TilePass pass, long rows)
    {
        var program = new TileProgram(pass.Roots, needsRows: false);
        var columns = program.ElementCount / Math.Max(1, rows);
        var blocks = (columns + program.TileLength - 1) / program.TileLength;
        var workerCount = (int)Math.Min(threads, Math.Max(blocks, 1));
        pass.Begin(workerCount, blocks);
        WorkerThreads.Run(workerCount, blocks, (number, block) =>
        {
            var worker = Rent(program, program.TileLength, pass.OutputElementSize);
            var first = block * program.TileLength;
            var length = (int)Math.Min(program.TileLength, columns - first);
            for (long row = 0; row < rows; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                var start = row * columns + first;
                Read(program, worker, start, length);
                program.Run(worker, start, length, 0);
                pass.Consume(number, new Tile(program, worker, start, length, 0));
            }

            workers.Add(worker);
        });
    }

    /// <summary>Runs a pass over pieces of tensors that have no need of whole rows.</summary>
    /// <param name="pass">The pass; it is told of pieces as of tiles.</param>
    /// <param name="starts">Flat indices of the pieces' first elements.</param>
    /// <param name="pieceLength">Elements of a piece, at most a tile.</param>
    public void RunPieces(TilePass pass, IReadOnlyList<long> starts, int pieceLength)
    {
        var program = new TileProgram(pass.Roots, needsRows: false);
        var workerCount = Math.Min(threads, starts.Count);
        pass.Begin(workerCount, starts.Count);
        var rented = new TileWorker[workerCount];
        WorkerThreads.Run(workerCount, starts.Count, (number, piece) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var worker = rented[number] ??= Begin(pass, program, pieceLength);
            Read(program, worker, starts[(int)piece], pieceLength);
            program.Run(worker, starts[(int)piece], pieceLength, 0);
            pass.Consume(number, new Tile(program, worker, starts[(int)piece], pieceLength, 0));
        });
        foreach (var worker in rented.OfType<TileWorker>())
        {
            workers.Add(worker);
        }
    }

    /// <summary>Runs pieces of work that are no tiles on the threads of a pass.</summary>
    public void ForEach(long pieces, Action<long> work) =>
        WorkerThreads.Run((int)Math.Min(threads, Math.Max(pieces, 1)), pieces, (_, piece) =>
        {
            cancellation.ThrowIfCancellationRequested();
            work(piece);
        });

    /// <summary>Evaluates a few elements of an expression on the calling thread.</summary>
    /// <param name="tensor">The expression.</param>
    /// <param name="start">Flat index of the first element; the start of a tile.</param>
    /// <param name="destination">At most a tile.</param>
    /// <param name="needsRows">Whether a tile has whole rows.</param>
    public void Evaluate(Tensor tensor, long start, Span<float> destination, bool needsRows)
    {
        var program = new TileProgram([tensor], needsRows);
        var worker = Rent(program, program.TileLength, 0);
        Read(program, worker, start, destination.Length);
        program.Run(worker, start, destination.Length, 0);
        worker.Register(program.Results[0], destination.Length).CopyTo(destination);
        workers.Add(worker);
    }

    private static void RunChunk(TilePass pass, TileProgram program, TileWorker worker, int number, long start, int chunkLength)
    {
        var length = (int)Math.Min(chunkLength, program.ElementCount - start);
        Read(program, worker, start, length);
        for (var position = 0; position < length; position += program.TileLength)
        {
            var tileLength = Math.Min(program.TileLength, length - position);
            program.Run(worker, start + position, tileLength, position);
            pass.Consume(number, new Tile(program, worker, start + position, tileLength, position));
        }

        pass.EndChunk(worker, start, length);
    }

    private static void Read(TileProgram program, TileWorker worker, long start, int length)
    {
        for (var i = 0; i < program.Inputs.Count; i++)
        {
            var source = program.Inputs[i].Source;
            source.Read(start, worker.Input(i, length * source.DType.Size()));
        }
    }

    private TileWorker Begin(TilePass pass, TileProgram program, int chunkLength)
    {
        var worker = Rent(program, chunkLength, pass.OutputElementSize);
        pass.Begin(program, worker);
        return worker;
    }

    private TileWorker Rent(TileProgram program, int chunkLength, int outputElementSize)
    {
        var worker = workers.TryTake(out var used) ? used : new TileWorker();
        worker.Prepare(program, chunkLength, outputElementSize);
        return worker;
    }

    private int ChunkLength(TileProgram program, int outputElementSize)
    {
        const int MaximumElements = 1 << 20;
        var elementBytes = Math.Max(1, program.Inputs.Sum(input => input.Source.DType.Size()) + outputElementSize);
        var elements = chunkElements > 0 ? chunkElements : workerBytes / elementBytes;
        var tiles = Math.Clamp(elements, 1, MaximumElements) / program.TileLength;
        return (int)Math.Max(1, tiles) * program.TileLength;
    }
}
