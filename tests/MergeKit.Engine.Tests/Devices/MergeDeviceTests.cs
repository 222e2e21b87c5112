using MergeKit.Engine.Devices;

namespace MergeKit.Engine.Tests.Devices;

public sealed class MergeDeviceTests
{
    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("CPU", "cpu")]
    [InlineData("Cuda", "cuda")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("CUDA:12", "cuda:12")]
    [InlineData("torch-cpu", "torch-cpu")]
    public void A_device_is_read_in_letters_of_any_case(string text, string device)
    {
        Assert.True(MergeDevice.TryParse(text, out var parsed));
        Assert.Equal(device, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:99999999999")]
    [InlineData("torch")]
    public void Anything_else_is_none(string text) => Assert.False(MergeDevice.TryParse(text, out _));

    [Theory]
    [InlineData(0, false, "it ended without an answer")]
    [InlineData(3, false, "exit code 3")]
    [InlineData(134, false, "aborted (signal 6)")]
    [InlineData(139, false, "invalid memory access (signal 11)")]
    [InlineData(143, false, "ended by signal 15")]
    [InlineData(255, false, "exit code 255")]
    [InlineData(unchecked((int)0xC0000005), true, "exit code 0xC0000005")]
    public void The_end_of_a_process_is_told_in_words(int exitCode, bool isWindows, string expected) => Assert.Equal(expected, ProcessEnd.Describe(exitCode, isWindows));

    [Fact]
    public void What_a_process_printed_is_told_in_one_line_however_much_it_was()
    {
        var tail = new OutputTail();
        Assert.Equal("nothing", tail.ToString());
        for (var i = 0; i < 1000; i++)
        {
            tail.Add($"line {i} {new string('x', 10_000)}");
        }

        tail.Add("");
        tail.Add("   at Method() in File.cs");
        tail.Add("the \u001b end");
        Assert.InRange(tail.ToString().Length, 1000, 2500);
        Assert.EndsWith("'the \\u001b end'", tail.ToString(), StringComparison.Ordinal);
    }
}
