using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Takes Mixtral's fused expert tensors apart into the per-expert layout of the checkpoints.</summary>
internal static class FusedExperts
{
    public static IEnumerable<ExpectedTensor> Split(ExpectedTensor tensor)
    {
        const string Fused = ".mlp.experts.";
        var at = tensor.Name.IndexOf(Fused, StringComparison.Ordinal);
        if (at < 0)
        {
            return [tensor with { Name = tensor.Name.Replace(".mlp.gate.", ".block_sparse_moe.gate.", StringComparison.Ordinal) }];
        }

        var prefix = tensor.Name[..at] + ".block_sparse_moe.experts.";
        return tensor.Name.EndsWith("gate_up_proj", StringComparison.Ordinal) ? Parts(tensor, prefix, ["w1", "w3"]) : Parts(tensor, prefix, ["w2"]);
    }

    private static IEnumerable<ExpectedTensor> Parts(ExpectedTensor tensor, string prefix, string[] names)
    {
        var (experts, rows, columns) = (tensor.Shape[0], tensor.Shape[1] / names.Length, tensor.Shape[2]);
        var size = (int)(rows * columns) * tensor.DType.Size();
        for (var expert = 0; expert < experts; expert++)
        {
            for (var part = 0; part < names.Length; part++)
            {
                var bytes = tensor.Bytes.AsSpan((expert * names.Length + part) * size, size).ToArray();
                yield return new ExpectedTensor($"{prefix}{expert}.{names[part]}.weight", tensor.DType, new TensorShape(rows, columns), bytes);
            }
        }
    }
}
