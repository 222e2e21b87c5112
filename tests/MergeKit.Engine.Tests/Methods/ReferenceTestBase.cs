using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>Models of one tensor, merges of them, and the comparison of the result with a reference.</summary>
public abstract class ReferenceTestBase : IDisposable
{
    private protected const int Rows = 123;
    private protected const int Columns = 211;
    private const string Tensor = "w.weight";
    private readonly MergeWorkspace workspace = new();
    private DType stored;

    public static TheoryData<DType> DTypes => [DType.F32, DType.BF16];

    private protected Dictionary<string, float[]> Models { get; } = [];

    private protected float[] Merged => workspace.Floats(Tensor);

    public void Dispose()
    {
        workspace.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static string Text(bool flag) => flag ? "true" : "false";

    /// <summary>Writes a base and three models near it.</summary>
    private protected void WriteModels(DType dtype)
    {
        stored = dtype;
        Add("base", Noise.Normal(1, Rows * Columns));
        Add("a", Noise.Near(2, Models["base"]));
        Add("b", Noise.Near(3, Models["base"]));
        Add("c", Noise.Near(4, Models["base"]));
    }

    private protected void Add(string name, float[] values)
    {
        FloatCodec.Round(stored, values);
        Models[name] = values;
        workspace.Model(name, new SafetensorsBuilder().Add(Tensor, stored, [Rows, Columns], values));
    }

    private protected ReferenceTerm Term(string model, double weight, double density = 1) => new(Models[model], weight, density);

    private protected void Merge(string recipe) => workspace.Merge(recipe);

    /// <summary>Merges models, each with its parameters, onto the base model.</summary>
    private protected void MergeOntoBase(string method, string parameters, params (string Model, string Parameters)[] models) => Merge($$"""
        merge_method: {{method}}
        base_model: base
        models: [{{string.Join(", ", models.Select(model => $"{{ model: {model.Model}, parameters: {{ {model.Parameters} }} }}"))}}]
        parameters: { {{parameters}} }
        """);

    private protected void AssertMatches(ReferenceElement[] expected) => AssertMatches(expected, Merged);

    private protected void AssertMatches(ReferenceElement[] expected, float[] merged)
    {
        if (stored == DType.F32)
        {
            ReferenceComparison.AssertClose(expected, merged);
        }
        else
        {
            ReferenceComparison.AssertCorrectlyRounded(expected, merged);
        }
    }
}
