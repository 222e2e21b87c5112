using MergeKit.Engine.Tests.Devices.Libtorch;

namespace MergeKit.Engine.Tests.Documentation;

public sealed class DeviceReportTests
{
    [LibtorchFact]
    public void Report_is_what_the_merges_give() => GeneratedDocument.AssertCommitted("gpu-conformance.md", DeviceReport.Text);
}
