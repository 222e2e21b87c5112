namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>Tests that need libtorch; where it cannot be had or does not load, they are reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibtorchTheoryAttribute : TheoryAttribute
{
    public LibtorchTheoryAttribute() => Skip = LibtorchHost.Missing;
}
