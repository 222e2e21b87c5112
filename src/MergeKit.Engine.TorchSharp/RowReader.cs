namespace MergeKit.Engine.TorchSharp;

/// <summary>The bytes of a row of a matrix.</summary>
/// <param name="row">Its number.</param>
internal delegate ReadOnlySpan<byte> RowReader(int row);
