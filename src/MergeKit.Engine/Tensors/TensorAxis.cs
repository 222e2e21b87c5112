namespace MergeKit.Engine.Tensors;

/// <summary>How a tensor is seen as a bundle of vectors.</summary>
internal enum TensorAxis
{
    /// <summary>Vectors along the last axis: as many as the product of the others. A 1-D tensor is one vector.</summary>
    Rows,

    /// <summary>Vectors along the first axis: as many as the product of the others. A 1-D tensor is one vector.</summary>
    Columns,
}
