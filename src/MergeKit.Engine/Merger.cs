using MergeKit.Engine.Devices;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Output;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine;

/// <summary>Plans and makes merges: the engine's front door.</summary>
public static class Merger
{
    /// <summary>Checks a merge and plans it from the recipe and file headers alone; reads no tensor data.</summary>
    /// <returns>The plan; it keeps the checkpoints open until it is disposed.</returns>
    /// <exception cref="MergeException">The recipe or a model is wrong; carries everything that was found.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static MergePlan Plan(MergeRequest request, CancellationToken cancellation = default) => Planner.Plan(request, cancellation);

    /// <summary>Lists what a merge takes from the Hugging Face hub, each use once; what is a folder, a stage or a named model is none. Opens no model.</summary>
    /// <exception cref="MergeException">The recipe cannot be read.</exception>
    public static IReadOnlyList<HubReference> HubModels(MergeRequest request) => HubReferences.Of(request);

    /// <summary>Says what <see cref="Execute(MergePlan, IMergeObserver?, CancellationToken)"/> would have to do, stage by stage, from what is remembered; reads no tensor data and writes nothing.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="observer">Is told what would compute.</param>
    /// <param name="cancellation">Stops a process that looks for devices.</param>
    /// <exception cref="MergeException">The device is not there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<MergeWork> Preview(MergePlan plan, IMergeObserver? observer = null, CancellationToken cancellation = default)
    {
        if (DeviceHost.Makes(plan.Request))
        {
            return DeviceHost.Preview(plan.Request, observer, cancellation);
        }

        using var backend = CpuBackend.For(plan.Request.Device);
        return Preview(plan, backend, observer);
    }

    /// <summary>
    /// Makes a planned merge: computes what is not there yet. The output folder is replaced when the new model is complete, and not touched
    /// otherwise; what an interrupted or failed merge has finished, the next one uses. Devices other than the engine's own are used in
    /// a process of its own, the <see cref="MergeRequest.DeviceHost"/>, which plans the merge again.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="cancellation">Stops within the time of one piece.</param>
    /// <exception cref="MergeException">An input could not be read, the output not be written, or the device not be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static MergeResult Execute(MergePlan plan, IMergeObserver? observer = null, CancellationToken cancellation = default)
    {
        if (DeviceHost.Makes(plan.Request))
        {
            return DeviceHost.Execute(plan.Request, observer, cancellation);
        }

        using var backend = CpuBackend.For(plan.Request.Device);
        return Execute(plan, backend, observer, cancellation);
    }

    /// <summary>What <see cref="Preview(MergePlan, IMergeObserver?, CancellationToken)"/> says of a merge by a given backend.</summary>
    internal static IReadOnlyList<MergeWork> Preview(MergePlan plan, ITensorBackend backend, IMergeObserver? observer)
    {
        observer?.Computing(backend.Description);
        return WorkPreview.Of(plan, backend);
    }

    /// <summary>Makes a planned merge in this process by a given backend.</summary>
    internal static MergeResult Execute(MergePlan plan, ITensorBackend backend, IMergeObserver? observer, CancellationToken cancellation)
    {
        observer?.Computing(backend.Description);
        using var stages = ModelState.LockStages(plan, observer, cancellation);
        var session = new MergeSession(plan, backend, observer, cancellation);
        var result = ModelWriter.Write(plan, session);
        return result with { Warnings = [.. session.Warnings, .. result.Warnings] };
    }

    /// <summary>Deletes what an interrupted merge has left beside a model folder, unless a merge is running there.</summary>
    /// <param name="outputDirectory">The model folder, which itself stays as it is.</param>
    /// <exception cref="MergeException">The file system refuses.</exception>
    public static void Discard(string outputDirectory) => OutputFolder.Discard(outputDirectory);

    /// <summary>Compares a merged model with its manifest and provenance: sizes and SHA-256 digests of all files, missing and added ones. Writes nothing.</summary>
    /// <param name="modelDirectory">The model folder.</param>
    /// <param name="threads">Number of files to read at a time; 0 takes one per processor.</param>
    /// <param name="cancellation">Stops within the time of one piece.</param>
    /// <returns>Everything that is wrong; files that cannot be read are among it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static VerificationResult Verify(string modelDirectory, int threads = 0, CancellationToken cancellation = default) =>
        ModelVerifier.Verify(modelDirectory, threads > 0 ? threads : Environment.ProcessorCount, cancellation);
}
