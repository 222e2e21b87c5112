using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Planning;

/// <summary>An output file: its name, its header and the tensors in it with their offsets.</summary>
/// <param name="FileName">Name in the model folder.</param>
/// <param name="Layout">Header bytes, size and the place of every tensor.</param>
/// <param name="Tensors">The tensors, in the order of the layout.</param>
internal sealed record PlannedShard(string FileName, SafetensorsLayout Layout, IReadOnlyList<PlannedTensor> Tensors);
