using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Merging;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Methods;

/// <summary>Merges by every method against what reading their inputs and writing their output takes.</summary>
internal sealed class MethodsBenchmark
{
    /// <summary>The threads for which the target of memory is meant.</summary>
    public const int MemoryThreads = 2;

    /// <summary>Models on the disk at a time besides the inputs: the merge's and the floor's.</summary>
    public const int Outputs = 2;

    private readonly Dictionary<string, List<PhaseTimes>> phases = [];
    private readonly List<Comparison> comparisons = [];
    private readonly Options options;
    private readonly BenchmarkModels models;
    private readonly WorkFolder work;

    private MethodsBenchmark(Options options, BenchmarkModels models, WorkFolder work) => (this.options, this.models, this.work) = (options, models, work);

    /// <summary>Measures, prints tables and writes JSON.</summary>
    public static void Run(Options options)
    {
        var models = new BenchmarkModels(options);
        var cases = new MethodCases(models).List;
        options.RequireParts([.. cases.Select(one => one.Method).Distinct()]);
        models.RequireSpace(Outputs);
        models.Ensure();
        using var work = new WorkFolder(options);
        var benchmark = new MethodsBenchmark(options, models, work);
        var rows = cases.Where(one => options.Wants(one.Method)).Select(benchmark.Measured).ToList();
        Console.WriteLine(Table.Of(
            $"merges against the floor, {options.Threads} threads; memory of a process with {MemoryThreads} threads", MethodRow.Columns, rows.Select(row => row.Cells())));
        Console.WriteLine(PhaseTimes.Table(benchmark.phases));
        JsonReport.Write("methods", options, benchmark.comparisons, rows);
    }

    private MethodRow Measured(MethodCase one)
    {
        var model = new EngineModel(work.Path("merge"), work.Path("digests"), () => one.Recipe, models.ShardSizeFor(options.Shards), options.Threads);
        Action prepare = one.IsFirst ? model.DeleteAll : model.Delete;
        var floor = model.Floor(work.Path("floor"));
        var title = $"{one.Name}, {floor.Inputs} input{(floor.Inputs == 1 ? "" : "s")}";
        var comparison = Measure.Alternately(title, options.Runs, floor.Case("floor"), model.Case("merge", prepare, phases[title] = []));
        comparisons.Add(comparison);
        var merge = comparison.Measurements[1];
        prepare();
        var memory = (model with { Threads = MemoryThreads }).MeasureMemory();
        return new MethodRow(
            one.Name, floor.Inputs, floor.Bytes, floor.Bytes / merge.Median, comparison.PairedRatioOf(merge), one.Target, memory.PeakBytes, memory.AllocatedBytes);
    }
}
