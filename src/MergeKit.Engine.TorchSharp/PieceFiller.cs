namespace MergeKit.Engine.TorchSharp;

/// <summary>Writes some elements of a tensor; called from several threads.</summary>
/// <param name="offset">Number of the first element.</param>
/// <param name="bytes">Where they go.</param>
internal delegate void PieceFiller(long offset, Span<byte> bytes);
