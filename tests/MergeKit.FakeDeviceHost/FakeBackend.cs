using System.Globalization;
using MergeKit.Engine;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.FakeDeviceHost;

/// <summary>Computes on the processor, and does something before its second tensor; the file <c>reached</c> in the project's folder says that it is there.</summary>
/// <param name="version">What its results depend on.</param>
/// <param name="act">What it does, given what stops the merge.</param>
internal sealed class FakeBackend(string? version, Action<CancellationToken> act) : ITensorBackend
{
    private readonly CpuBackend processor = new();
    private int tensors;

    public string? Version => version;

    public string Description => version ?? "fake GPU";

    public IReadOnlyList<ComputePhase> Phases(MergeRequest request, CancellationToken cancellation) =>
        [.. processor.Phases(request, cancellation).Select(phase => phase with { Lanes = 1, MathOf = lane => Begin(phase.MathOf(lane), request, cancellation) })];

    public void Dispose() => processor.Dispose();

    private ITensorMath Begin(ITensorMath math, MergeRequest request, CancellationToken cancellation)
    {
        if (++tensors == 2)
        {
            File.WriteAllText(Path.Combine(request.ProjectDirectory, "reached"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            act(cancellation);
            cancellation.ThrowIfCancellationRequested();
        }

        return math;
    }
}
