using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>One step of a <see cref="BlockProgram"/>; its result goes by its number.</summary>
/// <param name="Node">What to compute.</param>
/// <param name="Operands">Numbers of the steps whose results it reads.</param>
/// <param name="Released">Those of them that nobody reads any more, each once.</param>
internal sealed record BlockStep(Tensor Node, int[] Operands, int[] Released);
