using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>Addresses as messages may show them.</summary>
internal static class SourceName
{
    /// <summary>The address without user, password, query and fragment: signed addresses carry their secret there.</summary>
    public static string Of(Uri source) => DisplayText.Of(source switch
    {
        { IsAbsoluteUri: false } => source.OriginalString.Split('?', '#')[0],
        { IsFile: true } => source.LocalPath,
        { Scheme: "http" or "https" } => source.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
        // In other kinds of addresses a question mark may be a part of the path.
        _ => source.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped),
    });
}
