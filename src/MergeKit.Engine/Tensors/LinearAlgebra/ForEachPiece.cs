namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>Runs numbered pieces of work on the threads of whoever schedules them; pieces write to different places. Throws when cancelled.</summary>
/// <param name="pieces">Number of pieces.</param>
/// <param name="work">Gets the number of the piece.</param>
internal delegate void ForEachPiece(long pieces, Action<long> work);
