using System.Text.Json;
using MergeKit.Engine;
using MergeKit.Engine.Diagnostics;

// Merges in a process of its own, which tests can kill or give a file system of its own. Every line of input is a MergeRequest in JSON, every
// line of output the answer: the warnings or errors in one JSON text, empty if there are none.
Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    Console.WriteLine(JsonSerializer.Serialize(Merge(JsonSerializer.Deserialize<MergeRequest>(line)!)));
}

static string Merge(MergeRequest request)
{
    try
    {
        using var plan = Merger.Plan(request);
        return string.Join(Environment.NewLine, Merger.Execute(plan).Warnings);
    }
    catch (MergeException e)
    {
        return e.Message;
    }
}
