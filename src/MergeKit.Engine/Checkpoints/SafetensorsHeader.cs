namespace MergeKit.Engine.Checkpoints;

/// <summary>Writes safetensors headers exactly as the reference implementation does.</summary>
public static class SafetensorsHeader
{
    /// <summary>Lays out a file: tensors by falling dtype alignment, then by name.</summary>
    public static SafetensorsLayout Build(string path, IEnumerable<TensorDeclaration> tensors, IReadOnlyDictionary<string, string>? metadata) =>
        throw new NotImplementedException(path + tensors + metadata);
}
