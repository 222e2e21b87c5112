namespace MergeKit.Engine.Recipes;

/// <summary>The kinds of <see cref="SettingValue"/>.</summary>
public enum SettingKind
{
    /// <summary>A finite number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Text.</summary>
    Text,
}
