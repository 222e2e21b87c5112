using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Methods;

namespace MergeKit.Engine.Planning;

/// <summary>A model's part in a planned tensor.</summary>
/// <param name="Model">The model.</param>
/// <param name="Source">Its tensor.</param>
/// <param name="Parameters">The model's own parameters for it.</param>
internal sealed record PlannedInput(LoadedModel Model, TensorSource Source, ParameterValues Parameters);
