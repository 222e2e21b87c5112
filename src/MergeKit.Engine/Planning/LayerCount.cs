using System.Text.Json.Nodes;

namespace MergeKit.Engine.Planning;

/// <summary>An entry of a config.json that states a number of layers.</summary>
/// <param name="Owner">The object in which it stands.</param>
/// <param name="Key">Its key there.</param>
/// <param name="Path">The keys from the top level to it, with dots.</param>
/// <param name="Value">The number.</param>
internal sealed record LayerCount(JsonObject Owner, string Key, string Path, int Value);
