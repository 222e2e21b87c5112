using MergeKit.Engine;

namespace MergeKit.Benchmarks;

/// <summary>What the command line says.</summary>
/// <param name="Folder">For models, work and results.</param>
/// <param name="Gigabytes">Size of each model.</param>
/// <param name="Runs">Runs of each case that count.</param>
/// <param name="Threads">Threads of merges.</param>
/// <param name="Method">The merge method.</param>
/// <param name="Shards">Files that the weights of merged models are divided into.</param>
/// <param name="Sizes">Sizes of models where several are compared, in gigabytes.</param>
/// <param name="Only">The parts to run; empty for all.</param>
internal sealed record Options(string Folder, double Gigabytes, int Runs, int Threads, string Method, int Shards, IReadOnlyList<double> Sizes, IReadOnlyList<string> Only)
{
    /// <summary>What computes, beside the engine's own code.</summary>
    public MergeDevice Device { get; init; } = new(MergeDeviceKind.Cuda);

    /// <summary>Full path of the program that merges on <see cref="Device"/>; null if none is given.</summary>
    public string? Host { get; init; }

    /// <summary>Reads pairs of names and values.</summary>
    /// <exception cref="FormatException">An option is not known, or its value is missing or not of its kind; the message says so.</exception>
    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options(Path.Combine(Path.GetTempPath(), "mergekit-benchmarks"), 1, 5, Environment.ProcessorCount, "linear", 1, [0.25, 0.5, 1, 2, 4, 8], []);
        foreach (var pair in arguments.Chunk(2))
        {
            var value = new OptionValue(pair[0], pair.ElementAtOrDefault(1));
            options = value.Name switch
            {
                "--folder" => options with { Folder = value.Folder() },
                "--gigabytes" => options with { Gigabytes = value.Gigabytes() },
                "--runs" => options with { Runs = value.Count() },
                "--threads" => options with { Threads = value.Count() },
                "--method" => options with { Method = value.OneOf("linear", "ties", "the command 'methods' takes other merge methods with --only") },
                "--shards" => options with { Shards = value.Count() },
                "--sizes" => options with { Sizes = value.Sizes() },
                "--device" => options with { Device = value.Device() },
                "--host" => options with { Host = value.File() },
                "--only" => options with { Only = value.Words() },
                _ => throw new FormatException($"'{value.Name}' is not an option; without a command, they are printed."),
            };
        }

        return options;
    }

    /// <summary>What is merged, in words.</summary>
    public string Title => $"{Method} of 2 models into {Shards} file{(Shards == 1 ? "" : "s")}";

    /// <summary>Whether a part is wanted.</summary>
    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part);

    /// <summary>Makes sure that all parts that are wanted are there.</summary>
    /// <exception cref="FormatException">One is not; the message says which are.</exception>
    public void RequireParts(params IReadOnlyList<string> parts)
    {
        if (Only.FirstOrDefault(part => !parts.Contains(part)) is { } unknown)
        {
            throw new FormatException($"'{unknown}' is not a part of this command; these are: {string.Join(", ", parts)}.");
        }
    }
}
