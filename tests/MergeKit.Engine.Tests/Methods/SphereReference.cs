namespace MergeKit.Engine.Tests.Methods;

/// <summary>The methods on the sphere in float64, on whole vectors rather than on their inner products.</summary>
internal static class SphereReference
{
    /// <summary>NuSLERP of vectors, each a set of positions in the tensors.</summary>
    public static ReferenceElement[] NuSlerp(float[] x, float[] y, double w1, double w2, float[]? origin, IEnumerable<int[]> vectors)
    {
        var (first, second) = (From(x, origin), From(y, origin));
        var t = Math.Abs(w1 + w2) < 1e-6 ? 0.5 : w2 / (w1 + w2);
        var result = new ReferenceElement[x.Length];
        foreach (var positions in vectors)
        {
            var (a, c) = (At(first, positions), At(second, positions));
            var theta = Math.Acos(Math.Clamp(Dot(a, c) / (Math.Max(Norm(a), 1e-7) * Math.Max(Norm(c), 1e-7)), -1, 1));
            var sine = Math.Sin(theta);
            var (left, right) = Math.Abs(sine) < 1e-8 ? (1 - t, t) : (Math.Sin((1 - t) * theta) / sine, Math.Sin(t * theta) / sine);
            foreach (var i in positions)
            {
                double start = origin?[i] ?? 0;
                result[i] = new(start + left * first[i] + right * second[i], Math.Abs(start) + Math.Abs(left * first[i]) + Math.Abs(right * second[i]));
            }
        }

        return result;
    }

    public static ReferenceElement[] MultiSlerp(ReferenceTerm[] terms, float[]? origin, bool normalizeWeights)
    {
        const double Eps = 1e-8;
        var vectors = terms.Select(term => From(term.Values, origin)).ToArray();
        var divisor = normalizeWeights ? terms.Sum(term => term.Weight) : 1;
        var weights = terms.Select(term => term.Weight / divisor).ToArray();
        var units = vectors.Select(vector => Times(1 / (Norm(vector) + Eps), vector)).ToArray();
        var sum = Sum(units.Select((unit, i) => Times(weights[i], unit)));
        var mean = Times(1 / Norm(sum), sum);
        var tangent = Sum(units.Select((unit, i) => Times(weights[i], Sum([unit, Times(-Dot(unit, mean), mean)]))));
        var length = Norm(tangent) + Eps;
        var radius = vectors.Select((vector, i) => weights[i] * Norm(vector)).Sum();
        return Elements(origin, i => radius * (Math.Cos(length) * mean[i] + Math.Sin(length) / length * tangent[i]), i => radius * units.Sum(unit => Math.Abs(unit[i])), mean.Length);
    }

    public static ReferenceElement[] Karcher(float[][] models, int iterations, double tol)
    {
        var vectors = models.Select(model => From(model, null)).ToArray();
        var units = vectors.Where(vector => Norm(vector) > tol).Select(vector => Times(1 / Norm(vector), vector)).ToArray();
        var mean = Sum(units.Select(unit => Times(1.0 / units.Length, unit)));
        mean = Norm(mean) < tol ? units[0] : Times(1 / Norm(mean), mean);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var step = Sum(units.Select(unit => Times(1.0 / units.Length, ToTangent(unit, mean))));
            var length = Norm(step);
            if (length < tol)
            {
                break;
            }

            mean = Sum([Times(Math.Cos(length), mean), Times(Math.Sin(length) / length, step)]);
            mean = Times(1 / Norm(mean), mean);
        }

        var radius = vectors.Average(Norm);
        return Elements(null, i => radius * mean[i], i => radius * units.Sum(unit => Math.Abs(unit[i])), mean.Length);
    }

    /// <summary>Model stock, with a position for every vector.</summary>
    public static ReferenceElement[] ModelStock(float[][] models, float[] origin, IEnumerable<int[]> vectors)
    {
        var result = new ReferenceElement[origin.Length];
        var differences = models.Select(model => From(model, origin)).ToArray();
        foreach (var positions in vectors)
        {
            var taskVectors = differences.Select(difference => At(difference, positions)).ToArray();
            var cosines = taskVectors.SelectMany((x, i) => taskVectors.Skip(i + 1).Select(y => Math.Clamp(Dot(x, y) / Math.Max(Norm(x) * Norm(y), 1e-6), -1, 1)));
            var (n, c) = (models.Length, cosines.Average());
            var t = n * c / (1 + (n - 1) * c);
            foreach (var i in positions)
            {
                var mean = models.Average(model => (double)model[i]);
                result[i] = new(t * mean + (1 - t) * origin[i], Math.Abs(t) * models.Average(model => Math.Abs((double)model[i])) + Math.Abs((1 - t) * origin[i]));
            }
        }

        return result;
    }

    /// <summary>The vector from the mean to a unit vector, in the tangent space of the mean; none where they are parallel or opposite.</summary>
    private static double[] ToTangent(double[] unit, double[] mean)
    {
        var cosine = Math.Clamp(Dot(unit, mean), -1, 1);
        var difference = Sum([unit, Times(-cosine, mean)]);
        return Norm(difference) < 1e-9 ? Times(0, unit) : Times(Math.Acos(cosine) / Norm(difference), difference);
    }

    private static ReferenceElement[] Elements(float[]? origin, Func<int, double> value, Func<int, double> magnitude, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ReferenceElement((origin?[i] ?? 0) + value(i), Math.Abs(origin?[i] ?? 0) + magnitude(i)))];

    private static double[] From(float[] x, float[]? origin) => [.. x.Select((value, i) => (double)value - (origin?[i] ?? 0))];

    private static double[] At(double[] x, int[] positions) => [.. positions.Select(i => x[i])];

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private static double Norm(double[] x) => Math.Sqrt(Dot(x, x));

    private static double[] Times(double factor, double[] x) => [.. x.Select(value => factor * value)];

    private static double[] Sum(IEnumerable<double[]> vectors) => vectors.Aggregate((sum, vector) => [.. sum.Zip(vector, (a, b) => a + b)]);
}
