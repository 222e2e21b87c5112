using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;
using TorchSharp;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Stand-in: shows that libtorch is found.</summary>
internal static class TorchBackend
{
    internal static ITensorBackend Open(MergeDevice device)
    {
        using var zeros = torch.zeros(3);
        return new CpuBackend($"cpu ({device}: libtorch {torch.__version__} gives {zeros.sum().item<float>()})");
    }
}
