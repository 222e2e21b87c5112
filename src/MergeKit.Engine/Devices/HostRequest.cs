using MergeKit.Engine.Hub;

namespace MergeKit.Engine.Devices;

/// <summary>What a device host is asked for: one line on its standard input. Carries no access token, as the host downloads nothing.</summary>
/// <param name="IsPreview">Whether the work is to be told only, and nothing to be written.</param>
/// <param name="Merge">The merge, without its <see cref="MergeRequest.Hub"/>.</param>
/// <param name="HubCache">Full path of the cache of Hugging Face models.</param>
/// <param name="HubEndpoint">Address of the hub.</param>
/// <param name="HubNotes">Full path of what is remembered of the hub.</param>
/// <param name="IsOffline">Whether the hub may not be asked.</param>
internal sealed record HostRequest(bool IsPreview, MergeRequest Merge, string HubCache, string HubEndpoint, string HubNotes, bool IsOffline)
{
    public static HostRequest Of(MergeRequest merge, bool isPreview) =>
        new(isPreview, merge, merge.Hub.CacheDirectory, merge.Hub.Endpoint, merge.Hub.NotesDirectory, merge.Hub.IsOffline);

    /// <summary>The merge with the hub as the asking process sees it.</summary>
    public MergeRequest ToMerge() => Merge with { Hub = new HubSettings(HubCache) { Endpoint = HubEndpoint, NotesDirectory = HubNotes, IsOffline = IsOffline } };
}
