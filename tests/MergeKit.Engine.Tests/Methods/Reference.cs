namespace MergeKit.Engine.Tests.Methods;

/// <summary>The merge methods in float64, as plainly as their formulas can be put, whole arrays at a time.</summary>
internal static class Reference
{
    /// <summary>Closeness, relative to the operands, at which float32 may decide otherwise than float64.</summary>
    private const double DecisionMargin = 1e-6;

    public static ReferenceElement[] Linear(bool normalize, params ReferenceTerm[] terms)
    {
        var divisor = normalize ? terms.Sum(term => term.Weight) : 1;
        return Elements(terms[0].Values.Length, i => new ReferenceElement(
            terms.Sum(term => term.Weight * term.Values[i]) / divisor,
            terms.Sum(term => Math.Abs(term.Weight * term.Values[i])) / Math.Abs(divisor)));
    }

    public static ReferenceElement[] Slerp(float[] a, float[] c, double t)
    {
        double Norm(float[] x) => Math.Sqrt(x.Sum(value => (double)value * value)) is var norm && norm > 1e-8 ? norm : 1;
        var cosine = a.Zip(c, (x, y) => (double)x * y).Sum() / (Norm(a) * Norm(c));
        var theta = Math.Acos(Math.Clamp(cosine, -1, 1));
        var (left, right) = Math.Abs(cosine) > 0.9995 ? (1 - t, t) : (Math.Sin((1 - t) * theta) / Math.Sin(theta), Math.Sin(t * theta) / Math.Sin(theta));
        return Elements(a.Length, i => new ReferenceElement(left * a[i] + right * c[i], Math.Abs(left * a[i]) + Math.Abs(right * c[i])));
    }

    public static ReferenceElement[] TaskVectors(
        float[] origin, ReferenceTerm[] terms, bool consensus, bool normalize, bool rescale = false, double lambda = 1)
    {
        var vectors = terms.Select(term => term.Values.Zip(origin, (x, b) => (double)x - b).ToArray()).ToArray();
        var undecided = new bool[origin.Length];
        var sparse = terms.Select((term, i) => Sparsify(vectors[i], term, undecided)).ToArray();
        if (rescale)
        {
            sparse = [.. sparse.Select((d, i) => Rescaled(vectors[i], d))];
        }

        return Elements(origin.Length, i =>
        {
            var weighted = terms.Select((term, model) => term.Weight * sparse[model][i]).ToArray();
            var (sum, divisor, isClose) = consensus ? Vote(weighted, terms) : (weighted.Sum(), NotZero(terms.Sum(term => term.Weight), 1e-8), false);
            var scale = lambda / (normalize ? divisor : 1);
            return new ReferenceElement(
                origin[i] + scale * sum,
                Math.Abs(origin[i]) + Math.Abs(scale) * weighted.Sum(Math.Abs),
                undecided[i] || isClose);
        });
    }

    private static (double Sum, double Divisor, bool IsClose) Vote(double[] weighted, ReferenceTerm[] terms)
    {
        var total = weighted.Sum();
        var elected = total >= 0 ? 1 : -1;
        var keeps = weighted.Select(v => Math.Sign(v) == elected).ToArray();
        var isClose = weighted.Any(v => v != 0) && Math.Abs(total) <= DecisionMargin * weighted.Sum(Math.Abs);
        return (weighted.Where((_, i) => keeps[i]).Sum(), NotZero(terms.Where((_, i) => keeps[i]).Sum(term => term.Weight), 1e-300), isClose);
    }

    private static double NotZero(double divisor, double smallest) => Math.Abs(divisor) < smallest ? 1 : divisor;

    private static double[] Keep(double[] vector, bool[] kept) => [.. vector.Select((value, i) => kept[i] ? value : 0)];

    private static double[] Sparsify(double[] vector, ReferenceTerm term, bool[] undecided) => term switch
    {
        { Kept: { } kept } => Keep(vector, kept),
        { Gamma: { } gamma } => DropEnds(vector, term.Density, gamma, undecided),
        _ => Trim(vector, term.Density, undecided),
    };

    /// <summary>Drops the int(gamma·n) largest elements and as many of the smallest as density asks for (OrderBy is stable).</summary>
    private static double[] DropEnds(double[] vector, double density, double gamma, bool[] undecided)
    {
        var order = Enumerable.Range(0, vector.Length).OrderBy(i => Math.Abs(vector[i])).ToArray();
        var top = (int)(gamma * vector.Length);
        var bottom = vector.Length - (int)(density * vector.Length) - top;
        (top, bottom) = bottom < 0 ? (top + bottom, 0) : (top, bottom);
        var kept = new bool[vector.Length];
        for (var position = bottom; position < vector.Length - top; position++)
        {
            kept[order[position]] = true;
        }

        MarkClose(vector, Math.Abs(vector[order[Math.Min(bottom, vector.Length - 1)]]), undecided);
        MarkClose(vector, Math.Abs(vector[order[Math.Max(0, vector.Length - top - 1)]]), undecided);
        return Keep(vector, kept);
    }

    /// <summary>Keeps int(density·n) elements, at least one: largest first, equals in order of their index (OrderBy is stable).</summary>
    private static double[] Trim(double[] vector, double density, bool[] undecided)
    {
        if (density >= 1)
        {
            return vector;
        }

        var order = Enumerable.Range(0, vector.Length).OrderByDescending(i => Math.Abs(vector[i])).ToArray();
        var count = Math.Max(1, (int)(density * vector.Length));
        var smallestKept = Math.Abs(vector[order[count - 1]]);
        var kept = new bool[vector.Length];
        foreach (var i in order.Take(count))
        {
            kept[i] = true;
        }

        MarkClose(vector, smallestKept, undecided);
        return Keep(vector, kept);
    }

    /// <summary>Marks the elements that float32 may put on the other side of a boundary.</summary>
    private static void MarkClose(double[] vector, double boundary, bool[] undecided)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            var distance = Math.Abs(Math.Abs(vector[i]) - boundary);
            undecided[i] |= distance > 0 && distance <= DecisionMargin * boundary;
        }
    }

    private static double[] Rescaled(double[] vector, double[] kept)
    {
        var (all, left) = (vector.Sum(Math.Abs), kept.Sum(Math.Abs));
        return all < 1e-7 || left < 1e-7 ? kept : [.. kept.Select(value => value * all / left)];
    }

    private static ReferenceElement[] Elements(int count, Func<int, ReferenceElement> element) => [.. Enumerable.Range(0, count).Select(element)];
}
