using System.Runtime.InteropServices;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Runs passes over tensors in blocks as long as the device has memory for.</summary>
internal sealed class BlockRunner(DeviceLane lane)
{
    private readonly NodeKernels kernels = new(lane);

    /// <summary>Evaluates expressions block by block, in order.</summary>
    /// <param name="program">The expressions.</param>
    /// <param name="temporaryBytes">Device memory that <paramref name="take"/> needs per element.</param>
    /// <param name="keep">Whether inputs stay on the device for passes to come, as far as there is room.</param>
    /// <param name="take">
    /// Takes a block's values, each flat, and the largest magnitudes of the inputs; says whether there is need for more. It changes nothing before
    /// the last thing in it that may run out of memory, as it then gets a shorter block from the same place.
    /// </param>
    public void Run(BlockProgram program, int temporaryBytes, bool keep, Func<Block, TorchTensor[], IReadOnlyList<TorchTensor>, bool> take)
    {
        using var mode = torch.inference_mode();
        if (keep)
        {
            Reserve(program);
        }

        var length = LengthOf(program, temporaryBytes);
        for (long start = 0; start < program.ElementCount;)
        {
            lane.Cancellation.ThrowIfCancellationRequested();
            var block = new Block(start, Math.Min(length, program.ElementCount - start));
            try
            {
                using var scope = torch.NewDisposeScope();
                var magnitudes = new List<TorchTensor>();
                if (!take(block, Evaluate(program, block, keep ? null : magnitudes), magnitudes))
                {
                    return;
                }

                start += block.Length;
            }
            catch (ExternalException e) when (Torch.IsOutOfMemory(e))
            {
                length = Shorter(e, program, block.Length);
            }
        }
    }

    /// <summary>The length of a block after one that was too long; the same again if there was something else to give up.</summary>
    private long Shorter(ExternalException e, BlockProgram program, long length)
    {
        if (lane.Resident.GiveUp())
        {
            return Math.Max(length, program.Unit);
        }

        return length > program.Unit
            ? Math.Max(1, length / 2 / program.Unit) * program.Unit
            : throw new MergeException(e, DiagnosticCode.DeviceMemoryExhausted, null, lane.Device, length * program.BytesPerElement, Torch.FirstLine(e));
    }

    private TorchTensor[] Evaluate(BlockProgram program, Block block, List<TorchTensor>? magnitudes)
    {
        var values = new TorchTensor[program.Steps.Count];
        var owned = new bool[values.Length];
        for (var number = 0; number < values.Length; number++)
        {
            var step = program.Steps[number];
            var operands = Array.ConvertAll(step.Operands, operand => new Operand(values[operand], IsFree(step, operand)));
            (values[number], owned[number]) = kernels.Run(step.Node, operands, block, magnitudes);
            foreach (var operand in step.Released.Where(operand => !ReferenceEquals(values[operand], values[number])))
            {
                values[operand].Dispose();
            }
        }

        return [.. program.Roots.Select(root => values[root])];

        bool IsFree(BlockStep step, int operand) => owned[operand] && step.Released.Contains(operand) && step.Operands.Count(other => other == operand) == 1;
    }

    private void Reserve(BlockProgram program)
    {
        foreach (var source in program.Inputs.Select(input => input.Source))
        {
            lane.Resident.Reserve(source, source.Shape.ElementCount, Torch.CarrierOf(source.DType), source.DType.Size(), lane.Device);
        }

        foreach (var dropout in program.Dropouts)
        {
            lane.Resident.Reserve(dropout, program.ElementCount, torch.ScalarType.Bool, sizeof(bool), lane.Device);
        }
    }

    private long LengthOf(BlockProgram program, int temporaryBytes)
    {
        var elements = lane.ChunkElements > 0 ? lane.ChunkElements : (lane.Budget - lane.Resident.Bytes) / (program.BytesPerElement + temporaryBytes);
        return Math.Max(1, elements / program.Unit) * program.Unit;
    }
}
