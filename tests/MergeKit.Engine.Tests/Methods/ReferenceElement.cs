namespace MergeKit.Engine.Tests.Methods;

/// <summary>An element of a reference result.</summary>
/// <param name="Value">The value in float64.</param>
/// <param name="Magnitude">Sum of the magnitudes of the terms that make it up: what float32 rounding errors are relative to.</param>
/// <param name="IsUndecided">
/// Whether a decision (threshold, sign vote) is so close that float32 rounding may turn it; the value then says nothing.
/// </param>
internal readonly record struct ReferenceElement(double Value, double Magnitude, bool IsUndecided = false);
