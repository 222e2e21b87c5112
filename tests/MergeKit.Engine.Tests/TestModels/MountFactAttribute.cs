namespace MergeKit.Engine.Tests.TestModels;

/// <summary>A test that needs a small file system of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!Mounts.Are)
        {
            Skip = "This user may not mount a file system: neither unshare -m nor unshare -rm can.";
        }
    }
}
