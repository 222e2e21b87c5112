using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Planning;

/// <summary>A folder with weights that a merge reads: a model, or an adapter.</summary>
internal interface IWeightsFolder : IInputFolder
{
    /// <summary>The files with the tensors.</summary>
    IReadOnlyList<WeightsFile> WeightFiles { get; }

    /// <summary>Full path of the card, which need not exist.</summary>
    string CardPath { get; }

    /// <summary>The licence that the card states; null where it states none.</summary>
    string? License { get; }
}
