using System.Globalization;

namespace MergeKit.Engine;

/// <summary>What computes a merge, as a user asks for it.</summary>
/// <param name="Kind">Kind of device.</param>
/// <param name="Index">The GPU of that number, from 0; null for all there are.</param>
public sealed record MergeDevice(MergeDeviceKind Kind, int? Index = null)
{
    /// <summary>The GPUs, if the project has a package for them and one answers, else the processor.</summary>
    public static MergeDevice Auto { get; } = new(MergeDeviceKind.Auto);

    /// <summary>The engine's own vector code.</summary>
    public static MergeDevice Cpu { get; } = new(MergeDeviceKind.Cpu);

    /// <summary>Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>torch-cpu</c>, in letters of any case.</summary>
    public static bool TryParse(string text, out MergeDevice device)
    {
        var (kind, index) = text.ToUpperInvariant() switch
        {
            "AUTO" => (MergeDeviceKind.Auto, null),
            "CPU" => (MergeDeviceKind.Cpu, null),
            "CUDA" => (MergeDeviceKind.Cuda, null),
            "TORCH-CPU" => (MergeDeviceKind.TorchCpu, null),
            ['C', 'U', 'D', 'A', ':', .. var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) => (MergeDeviceKind.Cuda, (int?)n),
            _ => ((MergeDeviceKind?)null, (int?)null),
        };
        device = kind is { } known ? new MergeDevice(known, index) : Auto;
        return kind is not null;
    }

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        MergeDeviceKind.Auto => "auto",
        MergeDeviceKind.Cpu => "cpu",
        MergeDeviceKind.TorchCpu => "torch-cpu",
        _ => Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"cuda:{index}") : "cuda",
    };
}
