using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>tsv, iso_c and iso_cts against singular value decompositions written out in float64.</summary>
public sealed class SpectralMethodTests
{
    private const double Lambda = 0.7;

    private static readonly (string Name, long[] Shape)[] Matrices =
        [("wide", [11, 23]), ("tall", [26, 9]), ("square", [8, 8]), ("model.embed_tokens.weight", [16, 8]), ("lm_head.weight", [16, 8])];

    private static readonly (string Name, long[] Shape)[] Others =
        [("model.norm.weight", [8]), ("row", [1, 8]), ("column", [8, 1]), ("experts", [3, 4, 5])];

    public static TheoryData<string, int> MethodsAndModels() => new()
    {
        { "tsv", 1 }, { "tsv", 2 }, { "tsv", 3 }, { "iso_c", 1 }, { "iso_c", 3 }, { "iso_cts", 1 }, { "iso_cts", 2 }, { "iso_cts", 3 },
    };

    [Theory]
    [MemberData(nameof(MethodsAndModels))]
    public void Matrices_are_merged_by_their_singular_values_embeddings_and_heads_too(string method, int count)
    {
        var tensors = Matrices.ToDictionary(matrix => matrix.Name, matrix => Values(matrix.Shape, count));
        var merged = Merge(method, Matrices, tensors);
        foreach (var (name, shape) in Matrices)
        {
            AssertClose(Expected(method, shape, tensors[name]), merged[name]);
        }
    }

    [Theory]
    [InlineData("tsv")]
    [InlineData("iso_c")]
    [InlineData("iso_cts")]
    public void Task_vectors_of_other_tensors_and_of_single_rows_and_columns_are_averaged(string method)
    {
        var tensors = Others.ToDictionary(other => other.Name, other => Values(other.Shape, 3));
        var merged = Merge(method, Others, tensors);
        foreach (var (name, _) in Others)
        {
            var values = tensors[name];
            AssertClose([.. values[0].Select((b, i) => b + Lambda * (values[1][i] + values[2][i] + values[3][i] - 3.0 * b) / 3)], merged[name]);
        }
    }

    [Theory]
    [InlineData("tsv")]
    [InlineData("iso_c")]
    [InlineData("iso_cts")]
    public void Rank_deficient_task_vectors_have_only_the_directions_they_have(string method)
    {
        long[] shape = [12, 10];
        var origin = new float[120];
        float[] RankTwo(int seed)
        {
            var (u, v) = (Noise.Normal(seed, 24, 0.1), Noise.Normal(seed + 1, 20, 0.1));
            return [.. Enumerable.Range(0, 120).Select(i => u[i / 10] * v[i % 10] + 0.5f * u[12 + i / 10] * v[10 + i % 10])];
        }

        float[][] values = [origin, RankTwo(1), RankTwo(3)];
        var merged = Merge(method, [("deficient", shape)], new() { ["deficient"] = values });
        AssertClose(Expected(method, shape, values), merged["deficient"]);
    }

    [Theory]
    [InlineData("tsv")]
    [InlineData("iso_c")]
    [InlineData("iso_cts")]
    public void Models_equal_to_the_base_change_nothing(string method)
    {
        var origin = Noise.Normal(1, 6 * 4, 0.1);
        var merged = Merge(method, [("same", [6, 4])], new() { ["same"] = [origin, origin, origin] });
        Assert.Equal(origin, merged["same"]);
    }

    [Theory]
    [InlineData("tsv")]
    [InlineData("iso_cts")]
    public void More_models_than_a_matrix_has_rows_still_merge(string method)
    {
        var values = Values([2, 6], 3);
        var merged = Merge(method, [("small", [2, 6])], new() { ["small"] = values });
        AssertClose(Expected(method, [2, 6], values), merged["small"]);
    }

    [Fact]
    public void Tsv_of_one_model_is_the_model()
    {
        var values = Values([7, 13], 1);
        var merged = Merge("tsv", [("only", [7, 13])], new() { ["only"] = values }, lambda: 1);
        AssertClose([.. values[1].Select(x => (double)x)], merged["only"]);
    }

    [Theory]
    [InlineData("tsv")]
    [InlineData("iso_c")]
    [InlineData("iso_cts")]
    public void Threads_do_not_change_the_bytes(string method)
    {
        // Large enough to be divided among threads, and for several panels and blocks.
        long[] shape = [150, 7000];
        var tensors = new Dictionary<string, float[][]> { ["large"] = Values(shape, 2) };
        var one = Merge(method, [("large", shape)], tensors, threads: 1);
        foreach (var threads in new[] { 2, 3 })
        {
            Assert.Equal(one["large"], Merge(method, [("large", shape)], tensors, threads: threads)["large"]);
        }
    }

    [Fact]
    public void A_matrix_with_infinite_values_is_an_error_that_names_it()
    {
        var values = Values([4, 6], 2);
        values[1][3] = float.PositiveInfinity;
        var message = MergeErrors.Single(DiagnosticCode.TensorNotMergeable, () => Merge("iso_c", [("broken", [4, 6])], new() { ["broken"] = values }));
        Assert.Contains("model.layers.0.broken.weight", message, StringComparison.Ordinal);
    }

    private static float[][] Values(long[] shape, int models)
    {
        var count = shape.Aggregate((x, y) => x * y);
        var origin = Noise.Normal(0, count, 1);
        return [origin, .. Enumerable.Range(1, models).Select(model => origin.Zip(Noise.Normal(model, count, 0.1), (b, t) => b + t).ToArray())];
    }

    private static Dictionary<string, float[]> Merge(
        string method, (string Name, long[] Shape)[] shapes, Dictionary<string, float[][]> tensors, double lambda = Lambda, int threads = 1)
    {
        using var models = new GeneratedModels();
        var names = tensors.Values.First().Select((_, i) => i == 0 ? "base" : $"m{i}").ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            models.Add(names[i], [.. shapes.Select(shape => (shape.Name, shape.Shape, tensors[shape.Name][i]))]);
        }

        var list = string.Concat(names.Skip(1).Select(name => $"  - model: ./{name}\n"));
        return models.Merge(FormattableString.Invariant($"merge_method: {method}\nbase_model: ./base\ndtype: float32\nparameters: {{lambda: {lambda}}}\nmodels:\n{list}"), threads: threads);
    }

    private static double[] Expected(string method, long[] shape, float[][] values)
    {
        var origin = DenseMatrix.Of(shape, i => values[0][i]);
        var taskVectors = values.Skip(1).Select(x => DenseMatrix.Of(shape, i => (float)(x[i] - values[0][i]))).ToArray();
        var merged = method switch
        {
            "tsv" => TaskSingularVectors(taskVectors),
            "iso_c" => Isotropic(taskVectors),
            _ => IsotropicInSubspaces(taskVectors, 0.8),
        };
        return (origin + Lambda * merged).Flat();
    }

    private static DenseMatrix TaskSingularVectors(DenseMatrix[] taskVectors)
    {
        var count = Math.Max(1, Math.Min(taskVectors[0].Rows, taskVectors[0].Columns) / taskVectors.Length);
        var parts = taskVectors.Select(taskVector => taskVector.Svd()).Select(svd => Leading(svd, count)).ToArray();
        return Joined(parts, s => s);
    }

    private static DenseMatrix Isotropic(DenseMatrix[] taskVectors)
    {
        var (u, s, v) = taskVectors.Aggregate((x, y) => x + y).Svd();
        return s.Sum() / Math.Min(taskVectors[0].Rows, taskVectors[0].Columns) * (u * v.Transpose());
    }

    private static DenseMatrix IsotropicInSubspaces(DenseMatrix[] taskVectors, double fraction)
    {
        var (size, tasks) = (Math.Min(taskVectors[0].Rows, taskVectors[0].Columns), taskVectors.Length);
        var perTask = Math.Min((int)Math.Round((size - (int)(size * fraction)) / (double)tasks), size / tasks);
        var common = Leading(taskVectors.Aggregate((x, y) => x + y).Svd(), size - perTask * tasks);
        var projector = common.U * common.U.Transpose();
        var parts = taskVectors.Select(taskVector => Leading((taskVector - projector * taskVector).Svd(common.S.DefaultIfEmpty().Max()), perTask)).Append(common).ToArray();
        var mean = parts.Sum(part => part.S.Sum()) / size;
        return Joined(parts, _ => mean);
    }

    private static (DenseMatrix U, double[] S, DenseMatrix V) Leading((DenseMatrix U, double[] S, DenseMatrix V) svd, int count)
    {
        count = Math.Min(count, svd.S.Length);
        return (svd.U.First(count), svd.S[..count], svd.V.First(count));
    }

    private static DenseMatrix Joined((DenseMatrix U, double[] S, DenseMatrix V)[] parts, Func<double, double> weight)
    {
        var s = parts.SelectMany(part => part.S).ToArray();
        var u = DenseMatrix.Beside([.. parts.Select(part => part.U)]).Polar();
        var v = DenseMatrix.Beside([.. parts.Select(part => part.V)]).Polar();
        return u * DenseMatrix.Of(s.Length, s.Length, (i, j) => i == j ? weight(s[i]) : 0) * v.Transpose();
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 2e-6 * Math.Max(1, Math.Abs(expected[i])), $"element {i}: expected {expected[i]}, got {actual[i]}");
        }
    }
}
