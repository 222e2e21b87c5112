using System.Text.Json.Serialization;

namespace MergeKit.Engine.Planning;

/// <summary>One thing that a tensor's bytes depend on.</summary>
/// <param name="Kind">What it is, without names that do not matter to the bytes: <c>model 1 weight</c>.</param>
/// <param name="Value">Its value or digest.</param>
/// <param name="Subject">What people call it: <c>weight of ./math</c>.</param>
internal sealed record FingerprintPart(string Kind, string Value, string Subject)
{
    /// <summary>Kind of the part that says what computed.</summary>
    public const string Backend = "backend";

    /// <summary>What it means for people that another fingerprint has no such part.</summary>
    [JsonIgnore]
    public string Absence => Kind == Backend ? "cpu" : "default";

    /// <summary>Whether the value stands for the elements of an input, and says nothing to people.</summary>
    public bool IsContent { get; init; }
}
