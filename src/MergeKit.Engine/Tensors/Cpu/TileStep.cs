namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>One step of a <see cref="TileProgram"/>.</summary>
/// <param name="Node">What to compute.</param>
/// <param name="Target">Register that receives the result; may be an operand's, since every kernel works element by element.</param>
/// <param name="X">Register of the first operand, or −1.</param>
/// <param name="Y">Register of the second operand, or −1.</param>
/// <param name="Operands">Registers of all operands.</param>
/// <param name="Input">Index among the program's inputs, or −1.</param>
internal readonly record struct TileStep(Tensor Node, int Target, int X, int Y, int[] Operands, int Input);
