using System.Globalization;

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
    /// <summary>Reads pairs of names and values.</summary>
    /// <exception cref="FormatException">A name is not known, or a value not of its kind; the message says so.</exception>
    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options(Path.Combine(Path.GetTempPath(), "mergekit-benchmarks"), 1, 5, Environment.ProcessorCount, "linear", 1, [0.25, 0.5, 1, 2, 4, 8], []);
        foreach (var pair in arguments.Chunk(2))
        {
            options = pair switch
            {
                ["--folder", var value] => options with { Folder = Path.GetFullPath(value) },
                ["--gigabytes", var value] => options with { Gigabytes = double.Parse(value, CultureInfo.InvariantCulture) },
                ["--runs", var value] => options with { Runs = int.Parse(value, CultureInfo.InvariantCulture) },
                ["--threads", var value] => options with { Threads = int.Parse(value, CultureInfo.InvariantCulture) },
                ["--method", "linear" or "ties"] => options with { Method = pair[1] },
                ["--shards", var value] => options with { Shards = int.Parse(value, CultureInfo.InvariantCulture) },
                ["--sizes", var value] => options with { Sizes = [.. value.Split(',').Select(size => double.Parse(size, CultureInfo.InvariantCulture))] },
                ["--only", var value] => options with { Only = value.Split(',') },
                _ => throw new FormatException($"'{string.Join(' ', pair)}' is not an option."),
            };
        }

        return options is { Gigabytes: > 0, Runs: > 0, Threads: > 0, Shards: > 0 } && options.Sizes.All(size => size > 0)
            ? options
            : throw new FormatException("Sizes and counts are larger than 0.");
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
