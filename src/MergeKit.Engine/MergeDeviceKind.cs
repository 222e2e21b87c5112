namespace MergeKit.Engine;

/// <summary>Kinds of devices.</summary>
public enum MergeDeviceKind
{
    /// <summary>GPUs if there are any, else the processor.</summary>
    Auto,

    /// <summary>The processor, by the engine's own vector code.</summary>
    Cpu,

    /// <summary>GPUs, by libtorch.</summary>
    Cuda,

    /// <summary>The processor, by libtorch: the code that GPUs run, without one.</summary>
    TorchCpu,
}
