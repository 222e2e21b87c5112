using System.Runtime.InteropServices;
using System.Text;

namespace MergeKit.Build.Tests.Projects;

/// <summary>A model of seeded noise, large enough for a build to be met in the middle of its merge.</summary>
internal static class NoiseModel
{
    /// <summary>Number of its tensors.</summary>
    public const int TensorCount = 48;

    private const int Rows = 512;
    private const int Columns = 512;

    /// <summary>Writes config.json and one file of 48 MiB with the weights.</summary>
    public static void Write(TestProject project, string folder, int seed)
    {
        project.Write($"{folder}/config.json", $$"""{"model_type": "llama", "num_hidden_layers": {{TensorCount}}}""");
        var tensors = Enumerable.Range(0, TensorCount).Select(layer =>
            $$"""
            "model.layers.{{layer}}.mlp.up_proj.weight":{"dtype":"F32","shape":[{{Rows}},{{Columns}}],"data_offsets":[{{layer * 4L * Rows * Columns}},{{(layer + 1) * 4L * Rows * Columns}}]}
            """);
        var header = Encoding.UTF8.GetBytes($"{{{string.Join(',', tensors)}}}");
        using var file = File.Create(project.Path($"{folder}/model.safetensors"));
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        var random = new Random(seed);
        var values = new float[Rows * Columns];
        for (var tensor = 0; tensor < TensorCount; tensor++)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = random.NextSingle() - 0.5f;
            file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }
}
