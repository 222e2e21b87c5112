using System.Globalization;
using MergeKit.Engine;

namespace MergeKit.Build.Reporting;

/// <summary>What a merge has to do, in a line: <c>chat-math: 23 of 291 tensors (weight of ./math 0.5 → 0.6)</c>.</summary>
internal static class WorkText
{
    public static string Of(MergeWork work)
    {
        var reason = work.Reason.Length > 0 ? $" ({work.Reason})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{work.Name}: {work.TensorsToCompute} of {work.TensorCount} tensors{reason}");
    }
}
