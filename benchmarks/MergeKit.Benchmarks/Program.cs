using MergeKit.Benchmarks;
using MergeKit.Benchmarks.Devices;
using MergeKit.Benchmarks.Incremental;
using MergeKit.Benchmarks.Kernels;
using MergeKit.Benchmarks.Methods;
using MergeKit.Benchmarks.Overhead;
using MergeKit.Benchmarks.Scaling;
using MergeKit.Benchmarks.Validation;
using MergeKit.Engine.Diagnostics;

const string Usage = """
    Measures merges against what they are to be compared with, in one run on one machine.

    dotnet run -c Release --project benchmarks/MergeKit.Benchmarks -- COMMAND [--OPTION VALUE]...

      generate        writes the models that the others merge
      methods         merges by every method against reading their inputs and writing their output
      scaling         merges of models of several sizes, with one thread and with several
      validation      validation of a merge of three 70B checkpoints against reading their headers
      kernels         vector code against a memory copy
      incremental     builds in which nothing or little changed against full ones, with dotnet build and in this process
      devices         merges on another device against the same merges by the engine's own code
      build-overhead  a full build with dotnet build against the merge in this process

      --folder     for models, work and results; the models stay there (default: mergekit-benchmarks in the temporary folder)
      --gigabytes  size of each model (default 1)
      --sizes      of scaling: sizes of models instead of that, with commas (default 0.25,0.5,1,2,4,8)
      --runs       runs of each case, after one that is not counted (default 5)
      --threads    threads of merges and of what they are compared with (default: one per processor)
      --method     of incremental and build-overhead: linear or ties (default linear)
      --device     of devices: cuda (default), cuda:N or torch-cpu
      --host       of devices: path of MergeKit.Engine.TorchSharp.dll in a folder with the files of libtorch
      --shards     files that the weights of merged models are divided into (default 1)
      --only       parts, with commas (default: all). Of methods and devices: merge methods; of scaling: linear, ties; of kernels: their names;
                   of incremental: no-op, builds, engine
    """;

try
{
    if (InnerCommands.TryRun(args))
    {
        return 0;
    }

    Action<Options> benchmark = args.FirstOrDefault() switch
    {
        "generate" => options => BenchmarkModels.Ensure(options, outputs: 0),
        "methods" => MethodsBenchmark.Run,
        "scaling" => ScalingBenchmark.Run,
        "validation" => ValidationBenchmark.Run,
        "kernels" => KernelsBenchmark.Run,
        "incremental" => IncrementalBenchmark.Run,
        "devices" => DevicesBenchmark.Run,
        "build-overhead" => OverheadBenchmark.Run,
        null => throw new FormatException(Usage),
        var command => throw new FormatException($"'{command}' is not a command; without one, they are printed."),
    };
    benchmark(Options.Parse(args.Skip(1)));
    return 0;
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (Cause(e) is InvalidOperationException or IOException or UnauthorizedAccessException or MergeException)
{
    Console.Error.WriteLine(Cause(e).Message);
    return 1;
}

// Threads that write at the same time fail together, each for the same reason.
static Exception Cause(Exception e) => e is AggregateException { InnerExceptions: [var first, ..] } ? first : e;
