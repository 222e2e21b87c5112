using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Reporting;
using MergeKit.SyntheticModels;

namespace MergeKit.Benchmarks.Validation;

/// <summary>Validation of a recipe over large checkpoints, against reading the same headers.</summary>
internal static class ValidationBenchmark
{
    private const int Shards = 30;
    private const double Target = 2;

    private static readonly string[] Names = ["base", "math", "chat"];

    /// <summary>Measures, prints a table and writes JSON.</summary>
    public static void Run(Options options)
    {
        options.RequireParts([]);
        using var work = new WorkFolder(options);
        var models = Names.Select(work.Path).ToList();
        models.ForEach(model => SparseModel.Write(model, LlamaShape.Of70B, Shards));
        var recipe = $"merge_method: linear\nmodels:\n{string.Concat(models.Select(model => $"  - {{ model: {model}, parameters: {{ weight: 1 }} }}\n"))}";
        long bytes = 0;
        var tensors = 0;
        var comparison = Measure.Alternately(
            "validation of a linear merge of three 70B checkpoints, each case in a process of its own",
            options.Runs,
            Case("start, read headers", () => bytes = ThisProgram.Run<long>(recipe, [HeaderReading.Command, .. models])),
            Case("start, validate", () => tensors = ThisProgram.Run<int>(recipe, Validating.Command, work.Root)));
        var ratio = comparison.PairedRatioOf(comparison.Measurements[1]);
        Console.WriteLine(Table.Of(comparison));
        Console.WriteLine(FormattableString.Invariant(
            $"{tensors} tensors of {models.Count} models, {bytes / 1e6:F2} MB of headers; ratio {ratio:F2}, target {Target:F1}{(ratio > Target ? ": above target" : "")}"));
        JsonReport.Write("validation", options, [comparison]);
    }

    private static Case Case(string name, Action run) => new(
        name,
        () => { },
        () =>
        {
            run();
            return default;
        }) { IsElsewhere = true };
}
