using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// Products of two thin matrices in float64. Every element is a lane of its own, added up from the first index of the rank to the last, so
/// that it does not depend on the block that it is computed in. The factors are float32 numbers, whose products are exact in float64; hence
/// fused and unfused multiply-add give the same bits.
/// </summary>
internal static class LowRankProduct
{
    private const int Lanes = PackedMatrix.Lanes;
    private const int TileRows = 4;

    /// <summary>Computes some rows of a product for whole bundles of columns.</summary>
    /// <param name="left">The left factor's rows, each of as many elements as the right one has rows.</param>
    /// <param name="right">The right factor.</param>
    /// <param name="firstBundle">The first bundle of columns.</param>
    /// <param name="bundles">Number of bundles.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="product">The product's rows, each of <paramref name="bundles"/> bundles.</param>
    public static void Compute(ReadOnlySpan<double> left, PackedMatrix right, int firstBundle, int bundles, int rows, Span<double> product)
    {
        var stride = bundles * Lanes;
        for (var bundle = 0; bundle < bundles; bundle++)
        {
            var columns = right.Bundle(firstBundle + bundle);
            var row = 0;
            for (; row <= rows - TileRows; row += TileRows)
            {
                FourRows(left.Slice(row * right.Rank, TileRows * right.Rank), columns, right.Rank, product[(row * stride + bundle * Lanes)..], stride);
            }

            for (; row < rows; row++)
            {
                OneRow(left.Slice(row * right.Rank, right.Rank), columns, product[(row * stride + bundle * Lanes)..]);
            }
        }
    }

    private static void FourRows(ReadOnlySpan<double> left, ReadOnlySpan<float> right, int rank, Span<double> product, int stride)
    {
        var (s00, s01) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (s10, s11) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (s20, s21) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (s30, s31) = (Vector512<double>.Zero, Vector512<double>.Zero);
        ref var right0 = ref MemoryMarshal.GetReference(right);
        for (var k = 0; k < rank; k++)
        {
            var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref right0, (nuint)(k * Lanes)));
            var x = Vector512.Create(left[k]);
            s00 = Vector512.MultiplyAddEstimate(x, low, s00);
            s01 = Vector512.MultiplyAddEstimate(x, high, s01);
            x = Vector512.Create(left[k + rank]);
            s10 = Vector512.MultiplyAddEstimate(x, low, s10);
            s11 = Vector512.MultiplyAddEstimate(x, high, s11);
            x = Vector512.Create(left[k + 2 * rank]);
            s20 = Vector512.MultiplyAddEstimate(x, low, s20);
            s21 = Vector512.MultiplyAddEstimate(x, high, s21);
            x = Vector512.Create(left[k + 3 * rank]);
            s30 = Vector512.MultiplyAddEstimate(x, low, s30);
            s31 = Vector512.MultiplyAddEstimate(x, high, s31);
        }

        Store(s00, s01, product);
        Store(s10, s11, product[stride..]);
        Store(s20, s21, product[(2 * stride)..]);
        Store(s30, s31, product[(3 * stride)..]);
    }

    private static void OneRow(ReadOnlySpan<double> left, ReadOnlySpan<float> right, Span<double> product)
    {
        var (s0, s1) = (Vector512<double>.Zero, Vector512<double>.Zero);
        ref var right0 = ref MemoryMarshal.GetReference(right);
        for (var k = 0; k < left.Length; k++)
        {
            var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref right0, (nuint)(k * Lanes)));
            var x = Vector512.Create(left[k]);
            s0 = Vector512.MultiplyAddEstimate(x, low, s0);
            s1 = Vector512.MultiplyAddEstimate(x, high, s1);
        }

        Store(s0, s1, product);
    }

    private static void Store(Vector512<double> low, Vector512<double> high, Span<double> product)
    {
        low.CopyTo(product);
        high.CopyTo(product[Vector512<double>.Count..]);
    }
}
