namespace MergeKit.Engine.Tests.Methods;

/// <summary>The methods that choose elements by what models changed, in float64.</summary>
internal static class FusionReference
{
    /// <summary>Closeness, relative to the operands, at which float32 may decide otherwise than float64.</summary>
    private const double DecisionMargin = 1e-6;

    public static ReferenceElement[] NearSwap(float[] a, float[] c, double t) => Elements(a.Length, i =>
    {
        var m = Math.Clamp(t / Math.Max(Math.Abs((double)a[i] - c[i]), 1e-6), 0, 1);
        return new ReferenceElement(m * c[i] + (1 - m) * a[i], Math.Abs((double)a[i]) + Math.Abs((double)c[i]));
    });

    public static ReferenceElement[] Sce(float[] origin, float[][] models, double topK)
    {
        var vectors = TaskVectors(origin, models);
        var undecided = new bool[origin.Length];
        var selected = topK < 1 ? MostVarying(vectors, topK, undecided) : [.. undecided.Select(_ => true)];
        var sparse = vectors.Select(vector => vector.Select((value, i) => selected[i] ? value : 0).ToArray()).ToArray();
        var energies = sparse.Select(vector => vector.Average(value => value * value)).ToArray();
        var weights = energies.Select(energy => energies.Sum() < 1e-6 ? 1.0 / energies.Length : energy / energies.Sum()).ToArray();
        return Elements(origin.Length, i =>
        {
            var total = sparse.Sum(vector => vector[i]);
            var kept = sparse.Select(vector => Math.Sign(vector[i]) == (total >= 0 ? 1 : -1)).ToArray();
            var merged = sparse.Select((vector, model) => kept[model] ? weights[model] * vector[i] : 0).Sum();
            var divisor = Math.Max(weights.Where((_, model) => kept[model]).Sum(), 1e-6);
            var magnitude = sparse.Sum(vector => Math.Abs(vector[i]));
            var isClose = total != 0 && Math.Abs(total) <= DecisionMargin * magnitude;
            return new ReferenceElement(origin[i] + merged / divisor, Math.Abs(origin[i]) + magnitude, undecided[i] || isClose);
        });
    }

    public static ReferenceElement[] ArceeFusion(float[] origin, float[] x, int columns)
    {
        var importance = new double[x.Length];
        for (var start = 0; start < x.Length; start += columns)
        {
            var (p, q) = (Softmax(x.AsSpan(start, columns)), Softmax(origin.AsSpan(start, columns)));
            var divergence = p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
            for (var i = start; i < start + columns; i++)
            {
                importance[i] = Math.Abs((double)x[i] - origin[i]) * divergence;
            }
        }

        var sorted = importance.Order().ToArray();
        double Quantile(double fraction) => sorted[(int)(fraction * (sorted.Length - 1))];
        var threshold = Quantile(0.5) + 1.5 * (Quantile(0.75) - Quantile(0.25));
        return Elements(x.Length, i => new ReferenceElement(
            importance[i] >= threshold ? x[i] : origin[i],
            Math.Abs((double)x[i]) + Math.Abs(origin[i]),
            Math.Abs(importance[i] - threshold) <= DecisionMargin * threshold));
    }

    public static ReferenceElement[] Ram(float[] origin, float[][] models, double epsilon) =>
        Amplified(origin, models, epsilon, (_, _) => 1);

    public static ReferenceElement[] RamPlus(float[] origin, float[][] models, double r, double alpha, double epsilon) =>
        Amplified(origin, models, epsilon, (shared, single) => 1 + r * Math.Clamp(shared / Math.Max(single, epsilon), 0, alpha));

    private static ReferenceElement[] Amplified(float[] origin, float[][] models, double epsilon, Func<double, double, double> factor)
    {
        var vectors = TaskVectors(origin, models);
        var counts = Enumerable.Range(0, origin.Length).Select(i => vectors.Count(vector => Math.Abs(vector[i]) > epsilon)).ToArray();
        int Active(double[] vector, Predicate<int> where) => Enumerable.Range(0, origin.Length).Count(i => Math.Abs(vector[i]) > epsilon && where(counts[i]));
        var factors = vectors.Select(vector => factor(Active(vector, count => count > 1), Active(vector, count => count == 1))).ToArray();
        return Elements(origin.Length, i =>
        {
            var active = vectors.Select((vector, model) => Math.Abs(vector[i]) > epsilon ? vector[i] * (counts[i] == 1 ? factors[model] : 1.0 / counts[i]) : 0).ToArray();
            var isClose = vectors.Any(vector => Math.Abs(Math.Abs(vector[i]) - epsilon) <= DecisionMargin * epsilon);
            return new ReferenceElement(origin[i] + active.Sum(), Math.Abs(origin[i]) + active.Sum(Math.Abs), isClose);
        });
    }

    /// <summary>The fraction of highest variance among the elements that have any; equal ones in order of their index (OrderBy is stable).</summary>
    private static bool[] MostVarying(double[][] vectors, double fraction, bool[] undecided)
    {
        var variances = undecided.Select((_, i) => Variance([.. vectors.Select(vector => vector[i])])).ToArray();
        var count = (int)(fraction * variances.Count(variance => variance > 0));
        var order = Enumerable.Range(0, variances.Length).OrderByDescending(i => variances[i]).Take(count).ToArray();
        var selected = new bool[variances.Length];
        foreach (var i in order)
        {
            selected[i] = true;
            var distance = variances[i] - variances[order[^1]];
            undecided[i] = distance > 0 && distance <= DecisionMargin * variances[i];
        }

        return selected;
    }

    private static double Variance(double[] values) => values.Average(value => (value - values.Average()) * (value - values.Average()));

    private static double[] Softmax(ReadOnlySpan<float> row)
    {
        var powers = row.ToArray().Select(value => Math.Exp((double)value)).ToArray();
        return [.. powers.Select(power => power / powers.Sum() + 1e-8)];
    }

    private static double[][] TaskVectors(float[] origin, float[][] models) => [.. models.Select(model => model.Zip(origin, (x, b) => (double)x - b).ToArray())];

    private static ReferenceElement[] Elements(int count, Func<int, ReferenceElement> element) => [.. Enumerable.Range(0, count).Select(element)];
}
