using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Adapters;

/// <summary>The factors of one module, complete.</summary>
/// <param name="Name">The module's name.</param>
/// <param name="A">The factor on the side of the inputs, or of an embedding's tokens.</param>
/// <param name="B">The factor on the side of the outputs.</param>
/// <param name="IsEmbedding">Whether the module is an embedding, whose weight is stored as [tokens, width].</param>
/// <param name="Magnitude">DoRA's magnitudes; null without DoRA.</param>
/// <param name="BiasOfB">What is added to the module's bias; null for nothing.</param>
internal sealed record AdapterModule(string Name, TensorSource A, TensorSource B, bool IsEmbedding, TensorSource? Magnitude, TensorSource? BiasOfB)
{
    /// <summary>Takes a module's tensors together.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="name">The module's name.</param>
    /// <param name="roles">Its tensors.</param>
    /// <param name="hasMagnitudes">Whether the adapter uses DoRA.</param>
    /// <exception cref="MergeException">A tensor is missing, or one is too many.</exception>
    public static AdapterModule Of(string path, string name, IReadOnlyDictionary<AdapterRole, TensorSource> roles, bool hasMagnitudes)
    {
        var isEmbedding = roles.ContainsKey(AdapterRole.EmbeddingA) || roles.ContainsKey(AdapterRole.EmbeddingB);
        AdapterRole[] needed = isEmbedding ? [AdapterRole.EmbeddingA, AdapterRole.EmbeddingB] : [AdapterRole.A, AdapterRole.B];
        if (hasMagnitudes)
        {
            needed = [.. needed, AdapterRole.Magnitude];
        }

        foreach (var role in needed.Where(role => !roles.ContainsKey(role)))
        {
            throw Incomplete(path, name, $"has no {NameOf(role)}");
        }

        foreach (var role in roles.Keys.Except(needed).Where(role => role != AdapterRole.BiasOfB || isEmbedding || hasMagnitudes))
        {
            throw Incomplete(path, name, $"has {NameOf(role)}, which does not go with the rest");
        }

        return new AdapterModule(name, roles[needed[0]], roles[needed[1]], isEmbedding, roles.GetValueOrDefault(AdapterRole.Magnitude), roles.GetValueOrDefault(AdapterRole.BiasOfB));
    }

    private static string NameOf(AdapterRole role) => role switch
    {
        AdapterRole.A => "lora_A",
        AdapterRole.B => "lora_B",
        AdapterRole.BiasOfB => "lora_B.bias",
        AdapterRole.EmbeddingA => "lora_embedding_A",
        AdapterRole.EmbeddingB => "lora_embedding_B",
        _ => "lora_magnitude_vector",
    };

    private static MergeException Incomplete(string path, string name, string what) =>
        new(DiagnosticCode.AdapterIncomplete, null, path, $"module '{DisplayText.Of(name)}' {what}");
}
