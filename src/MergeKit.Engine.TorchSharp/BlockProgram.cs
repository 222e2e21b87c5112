using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// Expressions in the order of their computation. Nodes that are read several times are computed once per block, and a result is released as soon as
/// it was read for the last time.
/// </summary>
internal sealed class BlockProgram
{
    /// <summary>Elements whose float64 sum is taken at once where no rows are needed: sums are added in the same order whatever the length of a block.</summary>
    public const int DefaultUnit = 4096;

    private readonly List<BlockStep> steps = [];
    private readonly Dictionary<Tensor, int> numbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, int> pendingReads = new(ReferenceEqualityComparer.Instance);
    private long liveBytes;

    /// <summary>Puts the nodes of some expressions in order.</summary>
    /// <param name="roots">The expressions, all of one element count.</param>
    /// <param name="unit">Elements of which blocks need whole multiples for whoever takes them; 0 if any length will do.</param>
    public BlockProgram(IReadOnlyList<Tensor> roots, long unit)
    {
        ElementCount = roots[0].Shape.ElementCount;
        foreach (var root in roots)
        {
            CountReads(root);
        }

        foreach (var root in roots)
        {
            Add(root);
        }

        Roots = [.. roots.Select(root => numbers[root])];
        Unit = Math.Max(unit, steps.Max(step => UnitOf(step.Node))) is > 0 and var needed ? needed : DefaultUnit;
        BytesPerElement += Inputs.Sum(input => input.Source.DType.Size());
    }

    /// <summary>Elements of every expression.</summary>
    public long ElementCount { get; }

    /// <summary>Blocks are multiples of so many elements, but for what is left at the end.</summary>
    public long Unit { get; }

    /// <summary>The steps.</summary>
    public IReadOnlyList<BlockStep> Steps => steps;

    /// <summary>Numbers of the steps that compute the expressions.</summary>
    public IReadOnlyList<int> Roots { get; }

    /// <summary>The checkpoint tensors, in the order in which they are read.</summary>
    public IReadOnlyList<InputTensor> Inputs => [.. steps.Select(step => step.Node).OfType<InputTensor>()];

    /// <summary>What is drawn at random.</summary>
    public IEnumerable<DropoutTensor> Dropouts => steps.Select(step => step.Node).OfType<DropoutTensor>();

    /// <summary>Device memory for a block, inputs included, at the step that needs most.</summary>
    public long BytesPerElement { get; private set; }

    /// <summary>One read per use as an operand; a root is read once more, by whoever takes the block.</summary>
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

    private void Add(Tensor tensor)
    {
        if (numbers.ContainsKey(tensor))
        {
            return;
        }

        foreach (var operand in tensor.Operands)
        {
            Add(operand);
        }

        var released = new List<int>();
        foreach (var operand in tensor.Operands)
        {
            if (--pendingReads[operand] == 0)
            {
                released.Add(numbers[operand]);
            }
        }

        liveBytes += sizeof(float);
        BytesPerElement = Math.Max(BytesPerElement, liveBytes + TemporaryBytes(tensor));
        liveBytes -= released.Count * sizeof(float);
        numbers[tensor] = steps.Count;
        steps.Add(new BlockStep(tensor, [.. tensor.Operands.Select(operand => numbers[operand])], [.. released]));
    }

    /// <summary>Bytes per element that a step needs beside operands and result: masks of one byte, float64 values of eight, indices of a sort.</summary>
    private static int TemporaryBytes(Tensor tensor) => tensor switch
    {
        RankedDropout => 48,
        BlockMask => 40,
        UnaryTensor { Operation: not UnaryOperation.Abs } => 16,
        RandomDropout or AddScaledTensor or InputTensor { RoundTo: not null } => 4,
        _ => 12,
    };

    /// <summary>Rows, or elements with one index on the first axis, where a node treats them apart; 0 if it does not.</summary>
    private static long UnitOf(Tensor tensor) => tensor switch
    {
        AxisScaledTensor { Axis: TensorAxis.Columns } scaled => scaled.Factors.Length,
        AxisScaledTensor or { NeedsRows: true } => Math.Max(1, tensor.Shape.RowLength),
        _ => 0,
    };
}
