using MergeKit.Benchmarks;
using MergeKit.Benchmarks.Incremental;

const string Usage = """
    Measures merges against what they are to be compared with, in one run on one machine.

    dotnet run -c Release --project benchmarks/MergeKit.Benchmarks -- COMMAND [--OPTION VALUE]...

      generate     writes the models that the others merge
      incremental  builds in which nothing or little changed against full ones, with dotnet build and in this process

      --folder     for models, work and results; the models stay there (default: mergekit-benchmarks in the temporary folder)
      --gigabytes  size of each model (default 1)
      --runs       runs of each case, after one that is not counted (default 5)
      --threads    threads of merges and of what they are compared with (default: one per processor)
      --method     linear or ties (default linear)
      --shards     files that the weights of merged models are divided into (default 1)
      --only       of incremental: no-op, builds or engine (default: all)
    """;

try
{
    var options = Options.Parse(args.Skip(1));
    switch (args.FirstOrDefault())
    {
        case "generate":
            BenchmarkModels.Ensure(options);
            return 0;
        case "incremental":
            IncrementalBenchmark.Run(options);
            return 0;
        default:
            throw new FormatException("No such command.");
    }
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{Usage}");
    return 2;
}
catch (InvalidOperationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
