using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>Addresses as messages may show them.</summary>
internal static class SourceName
{
    /// <summary>The address without user, password, query and fragment: signed addresses carry their secret there.</summary>
    public static string Of(Uri source) => DisplayText.Of(
        !source.IsAbsoluteUri ? source.OriginalString.Split('?', '#')[0]
        : source.IsFile ? source.LocalPath
        : source.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
}
