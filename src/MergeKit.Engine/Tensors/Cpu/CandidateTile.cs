namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>A tile's elements around a boundary.</summary>
/// <param name="Worker">The worker that has them.</param>
/// <param name="Start">Index of the first among the worker's candidates.</param>
/// <param name="Count">Number of candidates.</param>
/// <param name="Guessed">Elements of the guessed magnitude, which are not among the candidates.</param>
internal readonly record struct CandidateTile(int Worker, int Start, int Count, int Guessed);
