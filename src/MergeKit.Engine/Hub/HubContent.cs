namespace MergeKit.Engine.Hub;

/// <summary>What a repository of the hub is used as, which decides the files that are needed of it.</summary>
public enum HubContent
{
    /// <summary>A model: configuration, weights, tokenizer.</summary>
    Model,

    /// <summary>A LoRA adapter.</summary>
    Adapter,

    /// <summary>A tokenizer without the model that it belongs to.</summary>
    Tokenizer,
}
