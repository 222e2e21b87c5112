namespace MergeKit.Engine.Methods;

/// <summary>Parameters that methods of different families share.</summary>
internal static class CommonParameters
{
    public static readonly FlagParameter Int8Mask = new("int8_mask")
    {
        Description = "Accepted for mergekit's recipes; masks take no memory here.",
    };
}
