using System.Collections;
using System.Diagnostics.CodeAnalysis;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>What is written while a plan is made may have been read before or after: such a plan is not carried out.</summary>
public sealed class ChangesDuringPlanningTests : IDisposable
{
    private readonly MergeFolder folder = new();

    [Fact]
    public void An_input_that_changed_after_it_was_read_is_an_error_of_the_merge()
    {
        folder.Add("first", TinyModel.Llama(layers: 1)).Add("second", TinyModel.Llama(layers: 1));
        var path = folder["recipes/first/config.json"];
        var request = folder.Request("merge_method: linear\nmodels: [{model: ./first, parameters: {weight: 1}}, {model: ./second, parameters: {weight: 1}}]\n");
        request = request with { NamedModels = new NamesAskedFor("./second", () => File.AppendAllText(path, " ")) };

        using var plan = Merger.Plan(request);

        Assert.Contains(path, MergeErrors.Single(DiagnosticCode.FileChangedWhileRead, () => Merger.Execute(plan)), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>No names; tells when one is asked for, in the middle of a plan.</summary>
    private sealed class NamesAskedFor(string awaited, Action asked) : IReadOnlyDictionary<string, string>
    {
        private Action? pending = asked;

        public IEnumerable<string> Keys => [];

        public IEnumerable<string> Values => [];

        public int Count => 0;

        public string this[string key] => throw new KeyNotFoundException(key);

        public bool ContainsKey(string key) => TryGetValue(key, out _);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
        {
            if (key == awaited)
            {
                Interlocked.Exchange(ref pending, null)?.Invoke();
            }

            value = null;
            return false;
        }

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Enumerable.Empty<KeyValuePair<string, string>>().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
