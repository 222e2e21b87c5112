namespace MergeKit.Engine.Tensors;

/// <summary>Tensors that are computed in one way.</summary>
/// <param name="Takes">Whether a tensor of so many elements belongs to the phase.</param>
/// <param name="Lanes">Tensors to compute at a time; each lane takes the next one in the order of the files.</param>
/// <param name="ThreadsPerLane">Threads of the processor for a tensor.</param>
/// <param name="MathOf">The operations for a lane, from 0 on; asked on the thread that the lane runs on, as often as it begins a tensor.</param>
internal sealed record ComputePhase(Func<long, bool> Takes, int Lanes, int ThreadsPerLane, Func<int, ITensorMath> MathOf);
