using System.Globalization;
using System.Text.Json;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;
using MergeKit.MergeProbe;

// Merges in a process of its own, which tests can kill or give a file system of its own. Every line of input is a MergeRequest in JSON, every
// line of output the answer: the warnings or errors in one JSON text, empty if there are none. A line with a number halts the merges that
// follow, for good, once so many tensors are written.
Console.WriteLine("ready");
IMergeObserver? observer = null;
while (Console.ReadLine() is { } line)
{
    if (int.TryParse(line, CultureInfo.InvariantCulture, out var tensors))
    {
        observer = new HaltingObserver(tensors);
    }
    else
    {
        Console.WriteLine(JsonSerializer.Serialize(Merge(JsonSerializer.Deserialize<MergeRequest>(line)!, observer)));
    }
}

static string Merge(MergeRequest request, IMergeObserver? observer)
{
    try
    {
        using var plan = Merger.Plan(request);
        return string.Join(Environment.NewLine, Merger.Execute(plan, observer).Warnings);
    }
    catch (MergeException e)
    {
        return e.Message;
    }
}
