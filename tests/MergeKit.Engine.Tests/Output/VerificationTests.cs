using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Output;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Verification finds every kind of damage, all at once, and reads nothing outside the folder.</summary>
public sealed class VerificationTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();

    public VerificationTests()
    {
        SmallModels.Write(workspace);
        workspace.Write("a/tokenizer.json", "");
        MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { ShardSize = 1 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public void A_merged_model_is_intact_and_verifying_changes_nothing(int threads)
    {
        var before = FolderContent.Of(workspace.Path);
        var result = Merger.Verify(workspace.Output + "/", threads);
        Assert.Empty(result.Diagnostics);
        Assert.True(result.IsIntact);
        var files = new DirectoryInfo(workspace.Output).GetFiles();
        Assert.Equal(workspace.Output, result.ModelDirectory);
        Assert.Equal(files.Length, result.FileCount);
        Assert.Equal(files.Where(file => file.Name != "mergekit_manifest.json").Sum(file => file.Length), result.TotalBytes);
        Assert.Equal(before, FolderContent.Of(workspace.Path));
    }

    [Fact]
    public void One_bit_of_any_file_is_found()
    {
        foreach (var name in Directory.GetFiles(workspace.Output).Select(path => Path.GetFileName(path)).Where(name => name is not ("mergekit_manifest.json" or "tokenizer.json")))
        {
            Flip(name);
            Finds((DiagnosticCode.ModelFileChanged, name));
            Flip(name);
        }

        Assert.True(Merger.Verify(workspace.Output).IsIntact);
    }

    [Fact]
    public void All_damage_is_reported_at_once_with_its_file()
    {
        File.AppendAllText(this["README.md"], "x");
        Flip("config.json");
        File.Delete(this["mergekit_config.yml"]);
        Directory.CreateDirectory(this["cache"]);
        File.WriteAllText(this["modeling.py"], "");
        Finds(
            (DiagnosticCode.ModelFileChanged, "README.md"),
            (DiagnosticCode.ModelFileChanged, "config.json"),
            (DiagnosticCode.ModelFileMissing, "mergekit_config.yml"),
            (DiagnosticCode.ModelFileAdded, "cache"),
            (DiagnosticCode.ModelFileAdded, "modeling.py"));
    }

    [Fact]
    public void Messages_say_expected_and_actual()
    {
        var size = new FileInfo(this["config.json"]).Length;
        File.AppendAllText(this["config.json"], "x");
        Assert.Contains($"expected {size} bytes, found {size + 1} bytes", Merger.Verify(workspace.Output).Diagnostics.Single().Message, StringComparison.Ordinal);
        Flip("mergekit_config.yml");
        var found = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(this["mergekit_config.yml"])));
        Assert.Contains($"found {found}", Merger.Verify(workspace.Output).Diagnostics[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        File.Move(this["config.json"], workspace["config.json"]);
        File.CreateSymbolicLink(this["config.json"], workspace["config.json"]);
        File.Delete(this["tokenizer.json"]);
        File.CreateSymbolicLink(this["tokenizer.json"], workspace["nowhere"]);
        Finds((DiagnosticCode.ModelFileChanged, "config.json"), (DiagnosticCode.ModelFileChanged, "tokenizer.json"));
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_a_change()
    {
        File.Delete(this["config.json"]);
        Directory.CreateDirectory(this["config.json"]);
        Finds((DiagnosticCode.ModelFileChanged, "config.json"));
    }

    [Fact]
    public void Without_manifest_or_folder_there_is_nothing_to_compare_with()
    {
        File.Delete(this["mergekit_manifest.json"]);
        Finds((DiagnosticCode.ManifestMissing, "mergekit_manifest.json"));
        Directory.Delete(workspace.Output, recursive: true);
        Finds((DiagnosticCode.ManifestMissing, "mergekit_manifest.json"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": null}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [null]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [\"config.json\"]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [], \"files\": []}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": \"a\", \"size\": 1}]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": null, \"size\": 1, \"sha256\": \"#\"}]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": \"\\ud800\", \"size\": 1, \"sha256\": \"#\"}]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": \"a\", \"size\": -1, \"sha256\": \"#\"}]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": \"a\", \"size\": 1e99, \"sha256\": \"#\"}]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": \"a\", \"size\": 1, \"sha256\": \"abc\"}]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": \"a\", \"size\": 1, \"sha256\": \"#\"}, {\"name\": \"a\", \"size\": 1, \"sha256\": \"#\"}]}")]
    [InlineData("{\"fingerprint\": \"f\", \"files\": [{\"name\": \"mergekit_manifest.json\", \"size\": 1, \"sha256\": \"#\"}]}")]
    public void A_damaged_manifest_is_an_error_and_names_nothing(string manifest)
    {
        WriteManifest(manifest.Replace("#", new string('0', 64), StringComparison.Ordinal));
        Finds((DiagnosticCode.ManifestInvalid, "mergekit_manifest.json"));
        Assert.Empty(OutputManifest.Read(workspace.Output));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/secret")]
    [InlineData("notes/secret")]
    [InlineData("..\\secret")]
    [InlineData("C:secret")]
    [InlineData("config.json:stream")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public void A_name_that_leads_out_of_the_folder_makes_the_manifest_invalid(string name)
    {
        workspace.Write("models/secret", "secret");
        EditManifest(files => files.Add(new JsonObject { ["name"] = name, ["size"] = 6, ["sha256"] = new string('0', 64) }));
        var error = Assert.Single(Merger.Verify(workspace.Output).Diagnostics);
        Assert.Equal(DiagnosticCode.ManifestInvalid, error.Code);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Empty(OutputManifest.Read(workspace.Output));
    }

    [Fact]
    public void A_manifest_that_is_a_link_is_not_read()
    {
        File.Move(this["mergekit_manifest.json"], workspace["manifest.json"]);
        File.CreateSymbolicLink(this["mergekit_manifest.json"], workspace["manifest.json"]);
        Finds((DiagnosticCode.ManifestInvalid, "mergekit_manifest.json"));
    }

    [Fact]
    public void A_file_changed_together_with_its_entry_disagrees_with_the_provenance()
    {
        Flip("config.json");
        EditManifest(files => Entry(files, "config.json")["sha256"] = Sha256("config.json"));
        Assert.Contains("other digests of config.json,", Finds((DiagnosticCode.ProvenanceDisagrees, "provenance.intoto.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_added_or_removed_together_with_their_entries_disagree_with_the_provenance()
    {
        File.WriteAllText(this["modeling.py"], "");
        File.Delete(this["README.md"]);
        EditManifest(files =>
        {
            files.Add(new JsonObject { ["name"] = "modeling.py", ["size"] = 0, ["sha256"] = Sha256("modeling.py") });
            files.Remove(Entry(files, "README.md"));
        });
        Assert.Contains("other digests of README.md, modeling.py,", Finds((DiagnosticCode.ProvenanceDisagrees, "provenance.intoto.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_provenance_removed_from_folder_and_manifest_is_missed()
    {
        File.Delete(this["provenance.intoto.json"]);
        EditManifest(files => files.Remove(Entry(files, "provenance.intoto.json")));
        Finds((DiagnosticCode.ProvenanceDisagrees, "provenance.intoto.json"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"_type\": \"other\", \"predicateType\": \"https://slsa.dev/provenance/v1\", \"subject\": []}")]
    [InlineData("{\"_type\": \"https://in-toto.io/Statement/v1\", \"predicateType\": \"https://slsa.dev/provenance/v1\", \"subject\": []}")]
    [InlineData("{\"_type\": \"https://in-toto.io/Statement/v1\", \"predicateType\": \"https://slsa.dev/provenance/v1\", \"subject\": [null]}")]
    public void A_provenance_exchanged_together_with_its_entry_disagrees(string text)
    {
        File.WriteAllText(this["provenance.intoto.json"], text);
        EditManifest(files =>
        {
            var entry = Entry(files, "provenance.intoto.json");
            (entry["size"], entry["sha256"]) = (text.Length, Sha256("provenance.intoto.json"));
        });
        Finds((DiagnosticCode.ProvenanceDisagrees, "provenance.intoto.json"));
    }

    [Fact]
    public void The_manifest_lists_all_other_files_in_ordinal_order_and_the_fingerprint()
    {
        var result = MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { ShardSize = 1 });
        var manifest = JsonNode.Parse(File.ReadAllText(this["mergekit_manifest.json"]))!;
        Assert.Equal(result.Fingerprint, (string?)manifest["fingerprint"]);
        Assert.Equal(
            result.Files.Where(name => name != "mergekit_manifest.json").Select(name => (name, new FileInfo(this[name]).Length, Sha256(name))),
            manifest["files"]!.AsArray().Select(file => ((string)file!["name"]!, (long)file["size"]!, (string)file["sha256"]!)));
        Assert.Equal(result.Files.ToHashSet(), OutputManifest.Read(workspace.Output));
    }

    [Fact]
    public void Verification_can_be_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Merger.Verify(workspace.Output, 1, new CancellationToken(canceled: true)));

    public void Dispose() => workspace.Dispose();

    private string this[string name] => Path.Combine(workspace.Output, name);

    private string Sha256(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(this[name])));

    private static JsonNode Entry(JsonArray files, string name) => files.Single(file => (string?)file!["name"] == name)!;

    private void Flip(string name)
    {
        var bytes = File.ReadAllBytes(this[name]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(this[name], bytes);
    }

    private void WriteManifest(string text) => File.WriteAllBytes(this["mergekit_manifest.json"], Encoding.UTF8.GetBytes(text));

    private void EditManifest(Action<JsonArray> edit)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(this["mergekit_manifest.json"]))!;
        edit(manifest["files"]!.AsArray());
        WriteManifest(manifest.ToJsonString());
    }

    /// <summary>Asserts what verification finds, in order, and gives back the first message.</summary>
    private string Finds(params (DiagnosticCode Code, string Name)[] expected)
    {
        var result = Merger.Verify(workspace.Output);
        Assert.Equal(expected, result.Diagnostics.Select(diagnostic => (diagnostic.Code, Path.GetRelativePath(workspace.Output, diagnostic.Position!.Value.File))));
        Assert.All(result.Diagnostics, diagnostic => Assert.Equal((DiagnosticSeverity.Error, 0), (diagnostic.Severity, diagnostic.Position!.Value.Line)));
        Assert.False(result.IsIntact);
        return result.Diagnostics[0].Message;
    }
}
