using System.Text.Json;
using MergeKit.Benchmarks.Merging;
using MergeKit.Benchmarks.Validation;

namespace MergeKit.Benchmarks;

/// <summary>
/// What benchmarks run in a process of its own: a recipe comes from standard input, the rest from arguments, and the result goes to standard
/// output as JSON.
/// </summary>
internal static class InnerCommands
{
    /// <summary>Runs the command if it is one of these.</summary>
    public static bool TryRun(string[] arguments)
    {
        switch (arguments.FirstOrDefault())
        {
            case EngineModel.MemoryCommand:
                Console.WriteLine(JsonSerializer.Serialize(EngineModel.MergeOnce(Console.In.ReadToEnd(), arguments[1..])));
                return true;
            case Validating.Command:
                Console.WriteLine(Validating.Run(Console.In.ReadToEnd(), arguments[1]));
                return true;
            case HeaderReading.Command:
                Console.WriteLine(HeaderReading.Run(Console.In.ReadToEnd(), arguments[1..]));
                return true;
            default:
                return false;
        }
    }
}
