namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>A test that needs libtorch; where it cannot be had or does not load, it is reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibtorchFactAttribute : FactAttribute
{
    public LibtorchFactAttribute() => Skip = LibtorchHost.Missing;
}
