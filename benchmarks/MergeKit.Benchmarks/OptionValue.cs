using System.Globalization;
using MergeKit.Engine;

namespace MergeKit.Benchmarks;

/// <summary>An option as it stands on the command line. What reads its value throws a <see cref="FormatException"/> that says what is expected.</summary>
/// <param name="Name">Name of the option.</param>
/// <param name="Text">What follows it; null if nothing does.</param>
internal readonly record struct OptionValue(string Name, string? Text)
{
    /// <summary>Far above what can be measured; sizes of models are looked for step by step.</summary>
    private const double MostGigabytes = 10_000;

    /// <summary>The full path of a folder, which need not be there yet.</summary>
    public string Folder()
    {
        var path = Path.GetFullPath(Given("a folder"));
        for (var part = path; part is not null; part = Path.GetDirectoryName(part))
        {
            if (System.IO.File.Exists(part))
            {
                throw new FormatException($"{Name} takes a folder, but '{part}' is a file.");
            }
        }

        return path;
    }

    /// <summary>The full path of a file that is there.</summary>
    public string File()
    {
        var path = Path.GetFullPath(Given("a file"));
        return System.IO.File.Exists(path) ? path : throw new FormatException($"{Name} takes a file, and '{path}' is none.");
    }

    /// <summary>A device.</summary>
    public MergeDevice Device() => MergeDevice.TryParse(Given("a device"), out var device)
        ? device
        : throw new FormatException($"{Name} takes cuda, cuda:N or torch-cpu, not '{Text}'.");

    /// <summary>A number of gigabytes.</summary>
    public double Gigabytes() => Gigabytes("a number of gigabytes", Given("a number of gigabytes"));

    /// <summary>Numbers of gigabytes.</summary>
    public IReadOnlyList<double> Sizes()
    {
        const string Expected = "numbers of gigabytes with commas";
        var name = this;
        return [.. Given(Expected).Split(',').Select(size => name.Gigabytes(Expected, size))];
    }

    /// <summary>A count of at least one.</summary>
    public int Count() => int.TryParse(Given("a whole number"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
        ? count
        : throw new FormatException($"{Name} takes a whole number from 1 to {int.MaxValue}, not '{Text}'.");

    /// <summary>One of two words.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other.</param>
    /// <param name="hint">What may have been meant otherwise.</param>
    public string OneOf(string first, string second, string hint)
    {
        var text = Given($"{first} or {second}");
        return text == first || text == second ? text : throw new FormatException($"{Name} takes {first} or {second}, not '{text}'; {hint}.");
    }

    /// <summary>Words.</summary>
    public IReadOnlyList<string> Words() => Given("names of parts with commas").Split(',');

    private string Given(string expected) => Text is { Length: > 0 } && !Text.StartsWith("--", StringComparison.Ordinal)
        ? Text
        : throw new FormatException($"{Name} needs a value: {expected}.");

    private double Gigabytes(string expected, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MostGigabytes
            ? number
            : throw new FormatException($"{Name} takes {expected}, above 0 and at most {MostGigabytes}, not '{text}'.");
}
