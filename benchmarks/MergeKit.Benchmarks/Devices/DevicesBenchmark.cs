using System.Globalization;
using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Merging;
using MergeKit.Benchmarks.Methods;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Devices;

/// <summary>Merges on another device against the same merges by the engine's own code; the start of the device's process is part of its time.</summary>
internal static class DevicesBenchmark
{
    /// <summary>The models of both merges, and what the floor writes.</summary>
    private const int Outputs = 3;

    private static readonly string[] Methods = ["linear", "ties", "della", "karcher"];
    private static readonly string[] Columns = ["method", "inputs", "device, seconds", "ratio to cpu", "ratio to floor"];

    /// <summary>Measures, prints a table and writes JSON.</summary>
    /// <exception cref="FormatException">No program for the device is given.</exception>
    public static void Run(Options options)
    {
        var host = options.Host ?? throw new FormatException("--host takes the path of the program for the device: MergeKit.Engine.TorchSharp.dll beside the files of libtorch.");
        options.RequireParts(Methods);
        var models = BenchmarkModels.Ensure(options, Outputs);
        using var work = new WorkFolder(options);
        var comparisons = Methods.Where(options.Wants).Select(method => Compare(method, host, options, models, work)).ToList();
        Console.WriteLine(Table.Of($"merges on {options.Device}, {options.Threads} threads of the processor", Columns, comparisons.Select(Cells)));
        JsonReport.Write("devices", options, comparisons);
    }

    private static Comparison Compare(string method, string host, Options options, BenchmarkModels models, WorkFolder work)
    {
        var recipe = new MethodCases(models).Of(method).Recipe;
        var cpu = new EngineModel(work.Path("cpu"), work.Path("digests"), () => recipe, models.ShardSizeFor(options.Shards), options.Threads);
        var device = new EngineModel(work.Path("device"), work.Path("digests"), () => recipe, models.ShardSizeFor(options.Shards), options.Threads) { Device = options.Device, DeviceHost = host };
        var floor = cpu.Floor(work.Path("floor"));
        return Measure.Alternately(
            $"{method}, {floor.Inputs} inputs", options.Runs, cpu.Case("cpu", cpu.Delete, []), device.Case(options.Device.ToString(), device.Delete, []) with { IsElsewhere = true }, floor.Case("floor"));
    }

    private static string[] Cells(Comparison comparison)
    {
        var (device, floor) = (comparison.Measurements[1], comparison.Measurements[2]);
        var title = comparison.Title.Split(", ");
        return [title[0], title[1].Split(' ')[0], Number(device.Median), Number(comparison.PairedRatioOf(device)), Number(comparison.PairedRatioOf(device, floor))];
    }

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
