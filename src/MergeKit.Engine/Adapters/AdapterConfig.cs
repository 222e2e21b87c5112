using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// An adapter's adapter_config.json, as PEFT writes it (https://huggingface.co/docs/peft/package_reference/lora). Settings that change the
/// result in a way that is not applied here are errors, also those that nobody knows yet.
/// </summary>
internal sealed class AdapterConfig
{
    /// <summary>Its file name.</summary>
    public const string FileName = "adapter_config.json";

    private const int MaximumSize = 4 << 20;

    /// <summary>Rank and alpha where none are stated, as in PEFT.</summary>
    private const int Default = 8;

    private readonly int rank;
    private readonly double alpha;
    private readonly bool isRankStabilized;
    private readonly ModulePatterns<int> ranks;
    private readonly ModulePatterns<double> alphas;

    private AdapterConfig(string path, AdapterSettings settings)
    {
        Path = path;
        rank = settings.Rank("r") ?? Default;
        alpha = settings.Number("lora_alpha") ?? Default;
        ranks = settings.Ranks("rank_pattern");
        alphas = settings.Numbers("alpha_pattern");
        isRankStabilized = settings.Flag("use_rslora");
        IsFanInFanOut = settings.Flag("fan_in_fan_out");
        HasMagnitudes = settings.Flag("use_dora");
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>Whether weights are stored as [in, out] where their shape does not tell.</summary>
    public bool IsFanInFanOut { get; }

    /// <summary>Whether DoRA's magnitudes belong to the factors.</summary>
    public bool HasMagnitudes { get; }

    /// <summary>Reads the adapter_config.json of a folder.</summary>
    /// <exception cref="MergeException">There is none, or it has settings that are wrong or cannot be applied exactly.</exception>
    public static AdapterConfig Read(string folder)
    {
        var path = System.IO.Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new MergeException(DiagnosticCode.AdapterConfigMissing, null, folder);
        }

        var diagnostics = new DiagnosticBag();
        var settings = new AdapterSettings(path, JsonFile.ReadObject(path, MaximumSize), diagnostics);
        AdapterSupport.Check(settings);
        diagnostics.ThrowIfErrors();
        var config = new AdapterConfig(path, settings);
        diagnostics.ThrowIfErrors();
        return config;
    }

    /// <summary>The rank of a module's factors.</summary>
    public int RankOf(string module) => ranks.Find(module) ?? rank;

    /// <summary>The factor of a module's product: alpha / r, or alpha / √r where the rank is stabilized (https://arxiv.org/abs/2312.03732).</summary>
    public double ScaleOf(string module) =>
        (alphas.Find(module) ?? alpha) / (isRankStabilized ? Math.Sqrt(RankOf(module)) : RankOf(module));
}
