using System.Text;

namespace MergeKit.Engine.Devices;

/// <summary>The host's end of the stream of messages.</summary>
internal sealed class HostChannel(Stream stream) : IDisposable
{
    private readonly Lock gate = new();

    public void Send(HostMessage message)
    {
        // On a line of its own, whatever was printed before.
        var line = Encoding.UTF8.GetBytes($"\n{HostText.Write(message)}\n");
        lock (gate)
        {
            try
            {
                stream.Write(line);
                stream.Flush();
            }
            catch (IOException)
            {
                // Nobody listens any more, which the end of the input says too.
            }
        }
    }

    public void Dispose() => stream.Dispose();
}
