using System.Text.Json.Nodes;

namespace MergeKit.Engine.Adapters;

/// <summary>Knows which settings of an adapter can be applied exactly.</summary>
internal static class AdapterSupport
{
    /// <summary>Settings that are applied, and those that say how an adapter was trained or where it goes, which its tensors show.</summary>
    private static readonly HashSet<string> Applied = new(StringComparer.Ordinal)
    {
        "peft_type", "r", "lora_alpha", "rank_pattern", "alpha_pattern", "use_rslora", "use_dora", "fan_in_fan_out", "bias", "lora_bias", "modules_to_save", "init_lora_weights",
        "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "ensure_weight_tying",
        "auto_mapping", "base_model_name_or_path", "revision", "task_type", "inference_mode", "peft_version",
        "lora_dropout", "runtime_config", "ephemeral_gpu_offload", "megatron_core", "merge_weights", "qalora_group_size",
        "loftq_config", "eva_config", "corda_config", "lora_ga_config", "lora_dtype", "lorap_lr_ratio", "lorap_emb_lr",
    };

    /// <summary>Settings with which a model is not its base plus low-rank terms.</summary>
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["layer_replication"] = "it repeats layers of the base model",
        ["target_parameters"] = "it adapts parameters that belong to no linear layer",
        ["trainable_token_indices"] = "it replaces single rows of the embedding",
        ["alora_invocation_tokens"] = "the adapter is active in parts of a text only",
        ["use_qalora"] = "the factors work on pooled inputs",
        ["use_bdlora"] = "the factors are block-diagonal",
        ["arrow_config"] = "adapters are chosen anew for every token",
        ["kasa_config"] = "it changes the singular values of the base model",
        ["monteclora_config"] = "the factors are drawn at random",
        ["megatron_config"] = "the layers are Megatron's",
    };

    /// <summary>Initialisations that leave the base model as it is.</summary>
    private static readonly string[] PlainStarts = ["true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\"", "\"mica\""];

    /// <summary>Reports settings that cannot be applied exactly.</summary>
    public static void Check(AdapterSettings settings)
    {
        CheckType(settings);
        if (settings["bias"] is { } bias && bias.ToJsonString() is not ("\"none\"" or "\"all\"" or "\"lora_only\""))
        {
            settings.Invalid("bias", "none, all or lora_only");
        }

        if (settings["init_lora_weights"] is { } start && !PlainStarts.Contains(start.ToJsonString()))
        {
            settings.NotApplicable("init_lora_weights", "this way to start training changes the base model, so that the adapter does not fit it as it is published");
        }

        foreach (var name in settings.Given.Where(name => !Applied.Contains(name)))
        {
            settings.NotApplicable(name, Reasons.GetValueOrDefault(name) ?? "what this setting changes is not known");
        }
    }

    private static void CheckType(AdapterSettings settings)
    {
        if (settings["peft_type"] is not JsonValue value || !value.TryGetValue<string>(out var type))
        {
            settings.Invalid("peft_type", "'LORA'");
        }
        else if (type != "LORA")
        {
            settings.NotApplicable("peft_type", "adapters of this kind are not low-rank terms");
        }
    }
}
