namespace MergeKit.Engine.Tensors;

/// <summary>An element of x where its random number says so, else 0. What is drawn depends on the key, the element's flat index, and x at most.</summary>
internal abstract class DropoutTensor(Tensor x, ulong key) : Tensor(x.Shape, x)
{
    /// <summary>The Philox stream that has the numbers.</summary>
    public ulong Key { get; } = key;

    /// <summary>What the passes over the tensor have drawn and remember for those to come; null if they draw again.</summary>
    public DrawnBits? Drawn { get; set; }
}
