using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Devices;

/// <summary>The last lines that a process printed, for a message: bounded, whatever it prints.</summary>
internal sealed class OutputTail
{
    private const int Lines = 6;
    private const int LineLength = 300;

    private readonly Lock gate = new();
    private readonly Queue<string> last = new();

    public void Add(string line)
    {
        // Frames of a stack would push out what the stack is about.
        if (string.IsNullOrWhiteSpace(line) || line.StartsWith("   at ", StringComparison.Ordinal))
        {
            return;
        }

        lock (gate)
        {
            last.Enqueue(DisplayText.Of(line.Trim(), LineLength));
            if (last.Count > Lines)
            {
                last.Dequeue();
            }
        }
    }

    /// <summary>The lines, in one.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            return last.Count == 0 ? "nothing" : string.Join(" | ", last.Select(line => $"'{line}'"));
        }
    }
}
