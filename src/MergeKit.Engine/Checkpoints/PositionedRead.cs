using Microsoft.Win32.SafeHandles;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Reads from a place in a file; the system may give fewer bytes at once than were asked for.</summary>
internal static class PositionedRead
{
    /// <summary>Reads until <paramref name="destination"/> is full or the file ends.</summary>
    /// <returns>The number of bytes read.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static int Fill(SafeFileHandle file, long offset, Span<byte> destination)
    {
        var filled = 0;
        while (filled < destination.Length)
        {
            var count = RandomAccess.Read(file, destination[filled..], offset + filled);
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return filled;
    }
}
