namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Expressions compiled to a straight line of steps over tile-sized registers: shared nodes are computed once per tile, and a register
/// is used again as soon as its value has been read for the last time.
/// </summary>
internal sealed class TileProgram
{
    /// <summary>
    /// Elements of a tile that has no need of whole rows. Part of the output's definition: another length adds float64 sums in another
    /// order.
    /// </summary>
    private const int DefaultTileLength = 4096;

    private readonly List<TileStep> steps = [];
    private readonly List<InputTensor> inputs = [];
    private readonly Dictionary<Tensor, int> registers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, int> pendingReads = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<int> freeRegisters = new();

    /// <summary>Compiles a program that computes <paramref name="roots"/>.</summary>
    /// <param name="roots">The expressions, all of one shape.</param>
    /// <param name="needsRows">Whether whoever takes the tiles needs whole rows.</param>
    public TileProgram(IReadOnlyList<Tensor> roots, bool needsRows)
    {
        ElementCount = roots[0].Shape.ElementCount;
        TileLength = TileLengthOf(roots, needsRows);
        foreach (var root in roots)
        {
            CountReads(root);
        }

        foreach (var root in roots)
        {
            Compile(root);
        }

        Results = [.. roots.Select(root => registers[root])];
    }

    /// <summary>Elements of a tile: the unit of evaluation and of every reduction's partial sums.</summary>
    public int TileLength { get; }

    /// <summary>Tiles of every expression in the program.</summary>
    public long TileCount => (ElementCount + TileLength - 1) / TileLength;

    /// <summary>Elements of every expression in the program.</summary>
    public long ElementCount { get; }

    /// <summary>The checkpoint tensors that the program reads.</summary>
    public IReadOnlyList<InputTensor> Inputs => inputs;

    /// <summary>Number of tile-sized registers that a worker needs.</summary>
    public int RegisterCount { get; private set; }

    /// <summary>The register of each root when all steps have run.</summary>
    public IReadOnlyList<int> Results { get; }

    /// <summary>The tile length of a program: whole rows, as many as fit into the default, where rows are needed.</summary>
    public static int TileLengthOf(IReadOnlyList<Tensor> roots, bool needsRows)
    {
        var rowLength = (int)Math.Max(1, roots[0].Shape.RowLength);
        return needsRows || NeedsRows(roots) ? rowLength * Math.Max(1, DefaultTileLength / rowLength) : DefaultTileLength;
    }

    /// <summary>Computes one tile.</summary>
    /// <param name="worker">Registers, and the input bytes of the chunk that the tile is part of.</param>
    /// <param name="start">Flat index of the tile's first element.</param>
    /// <param name="length">Elements in the tile.</param>
    /// <param name="positionInChunk">Elements between the chunk's first element and the tile's.</param>
    public void Run(TileWorker worker, long start, int length, int positionInChunk)
    {
        foreach (var step in steps)
        {
            TileKernels.Run(step, worker, start, length, positionInChunk);
        }
    }

    /// <summary>Whether one of several expressions can only be evaluated for whole rows.</summary>
    public static bool NeedsRows(IReadOnlyList<Tensor> roots) => roots.Any(NeedsRows);

    private static bool NeedsRows(Tensor tensor) => tensor.NeedsRows || tensor.Operands.Any(NeedsRows);

    /// <summary>One read per use as an operand; a root is read once more, by whoever runs the program, so its register stays.</summary>
    private void CountReads(Tensor tensor)
    {
        if (!pendingReads.TryGetValue(tensor, out var reads))
        {
            foreach (var operand in tensor.Operands)
            {
                CountReads(operand);
            }
        }

        pendingReads[tensor] = reads + 1;
    }

    private void Compile(Tensor tensor)
    {
        if (registers.ContainsKey(tensor))
        {
            return;
        }

        foreach (var operand in tensor.Operands)
        {
            Compile(operand);
        }

        int[] operands = [.. tensor.Operands.Select(operand => registers[operand])];
        foreach (var operand in tensor.Operands)
        {
            if (--pendingReads[operand] == 0)
            {
                freeRegisters.Push(registers[operand]);
            }
        }

        var target = freeRegisters.Count > 0 ? freeRegisters.Pop() : RegisterCount++;
        registers[tensor] = target;
        var input = -1;
        if (tensor is InputTensor source)
        {
            input = inputs.Count;
            inputs.Add(source);
        }

        steps.Add(new TileStep(tensor, target, operands.Length > 0 ? operands[0] : -1, operands.Length > 1 ? operands[1] : -1, operands, input));
    }
}
