using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MergeKit.Engine.Devices;

/// <summary>The streams of a host's process.</summary>
internal static partial class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;

    /// <summary>
    /// Takes the standard output for messages. What the program and the libraries in it print goes to the standard error from now on; on Windows, where
    /// libraries keep what they were given, what they print stays between the messages.
    /// </summary>
    public static Stream TakeOutput()
    {
        Console.SetOut(Console.Error);
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var taken = Duplicate(Output);
        if (taken < 0 || Duplicate(Error, Output) < 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }

        return new FileStream(new SafeFileHandle(taken, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int descriptor, int target);
}
