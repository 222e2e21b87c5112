using System.Net;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Hub;

/// <summary>What the hub's refusals mean. It tells them apart in a header; its own words are not repeated.</summary>
/// <param name="settings">The hub.</param>
/// <param name="name">The repository.</param>
/// <param name="revision">The revision asked for; null for the default branch.</param>
/// <param name="hasToken">Whether an access token was sent.</param>
internal sealed class HubRefusal(HubSettings settings, string name, string? revision, bool hasToken)
{
    /// <summary>Turns a refusal into the failure that it is; other replies pass.</summary>
    /// <exception cref="MergeException">The reply is 401, 403, or 404 for a repository or revision.</exception>
    public void ThrowIfRefused(HttpResponseMessage response, bool isFile)
    {
        var error = response.Headers.TryGetValues("X-Error-Code", out var values) ? values.FirstOrDefault() : null;
        switch ((response.StatusCode, error))
        {
            case (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, "GatedRepo"):
                throw Denied($"its authors give it only to those who accept its terms. Accept them at {Server}/{name} and {Login("the account that did so")}");

            // The hub does not tell those who are not logged in whether a private repository exists.
            case (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, "RepoNotFound"):
                throw NotFound();

            case (HttpStatusCode.Unauthorized, _):
                throw Denied(hasToken ? "the access token is not valid. Put a valid one into HF_TOKEN, or log in anew with 'hf auth login'" : $"it needs an access token. {Login("an account that may read it")}");

            case (HttpStatusCode.Forbidden, _):
                throw Denied($"the account may not read it. {Login("one that may")}");

            case (HttpStatusCode.NotFound, "RevisionNotFound"):
            case (HttpStatusCode.NotFound, not "EntryNotFound") when !isFile && revision is not null:
                throw new MergeException(DiagnosticCode.HubRevisionNotFound, null, name, DisplayText.Of(revision ?? HubRepository.DefaultRevision, DisplayText.Short), Server);

            case (HttpStatusCode.NotFound, _) when !isFile:
                throw NotFound();
        }
    }

    private string Server => HubClient.ServerOf(settings);

    private MergeException Denied(string why) => new(DiagnosticCode.HubAccessDenied, null, name, Server, why);

    private MergeException NotFound() => new(DiagnosticCode.HubRepositoryNotFound, null, name, Server, hasToken ? "the account of the token may not see it" : "no access token was given");

    private string Login(string account) => hasToken ? $"use the token of {account}" : $"log in with {account}: set HF_TOKEN, or run 'hf auth login'";
}
