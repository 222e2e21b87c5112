using System.Globalization;
using System.Text;
using MergeKit.Engine.Methods;

namespace MergeKit.Engine.Tests.Documentation;

/// <summary>The text of docs/methods.md, from the declarations of the methods.</summary>
internal static class MethodGallery
{
    private const string Introduction = """
        # Merge methods

        Generated from the methods' declarations; see CONTRIBUTING.md.

        In formulas, per output tensor: b is the base's tensor, x₁ … x_N are the other models' in recipe order, τᵢ = xᵢ − b are the task vectors, wᵢ
        the weights, λ is `lambda`, n the number of elements, ⟨·,·⟩ the dot product over the whole tensor, ‖·‖ its length, ‖·‖₁ the sum of
        magnitudes. A tensor is one vector, whatever its shape; where a method works on rows, those run along the last axis, and a 1-D tensor is one
        row. Embeddings, norms and biases are tensors like all others unless a method says otherwise. Arithmetic is float32, sums and dot products
        accumulate in float64, and the result is rounded once. A bias that fewer models have than a method needs is the base's, or else the first
        model's, as it is.


        """;

    public static string Text
    {
        get
        {
            var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
            var methods = MergeMethod.All.Values.OrderBy(method => method.Name, StringComparer.Ordinal).ToList();
            text.Append("| `merge_method` | name | models |\n|---|---|---|\n");
            methods.ForEach(method => text.Append(CultureInfo.InvariantCulture, $"| [`{method.Name}`](#{method.Name}) | {method.Title} | {method.ExpectedModels} |\n"));
            methods.ForEach(method => AppendMethod(text, method));
            return text.ToString();
        }
    }

    private static void AppendMethod(StringBuilder text, MergeMethod method)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {method.Name}\n\n**{method.Title}.** {method.Summary}\n\nUse it when {method.UseWhen}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"```text\n{method.Formula}\n```\n\nModels: {method.ExpectedModels}.{Notes(method)}\n\n");
        AppendParameters(text, method.Parameters);
        text.Append(CultureInfo.InvariantCulture, $"```yaml\n{method.Example}\n```\n");
        if (method.Reference is { } reference)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nReference: <{reference}>\n");
        }
    }

    private static string Notes(MergeMethod method) =>
        (method.BaseRole == BaseRole.OrdinaryModel && method.MaximumModels > 1 ? " A base_model counts as one of them." : "")
        + (method.IsRandom ? " The result depends on the seed." : "")
        + (method.SkipsMismatchedModels ? " AllowCrimes leaves out models whose shapes do not fit." : "");

    private static void AppendParameters(StringBuilder text, IReadOnlyList<MethodParameter> parameters)
    {
        if (parameters.Count == 0)
        {
            text.Append("It has no parameters.\n\n");
            return;
        }

        text.Append("| parameter | holds for | value | default | |\n|---|---|---|---|---|\n");
        foreach (var parameter in parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{parameter.Name}` | {(parameter.PerModel ? "a model" : "the merge")} | {parameter.Expected} | {Default(parameter)} | {parameter.Description} |\n");
        }

        text.Append('\n');
    }

    private static string Default(MethodParameter parameter) => parameter switch
    {
        { Required: true } => "required",
        { DefaultValue: bool flag } => flag ? "true" : "false",
        _ => Convert.ToString(parameter.DefaultValue, CultureInfo.InvariantCulture)!,
    };
}
