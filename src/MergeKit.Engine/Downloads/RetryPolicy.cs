using MergeKit.Engine.Diagnostics;
using Polly;
using Polly.Retry;

namespace MergeKit.Engine.Downloads;

/// <summary>Tries again what failed for a reason that may pass: later each time, and not for ever.</summary>
/// <param name="limits">How often, and after what delays.</param>
/// <param name="time">The clock that delays are waited on.</param>
internal sealed class RetryPolicy(DownloadLimits limits, TimeProvider time)
{
    /// <summary>
    /// Runs <paramref name="attempt"/> until it succeeds. One that got further than all before it sets the count of tries back, so that a long
    /// download over a bad line gets through.
    /// </summary>
    /// <param name="source">The address that is asked.</param>
    /// <param name="attempt">The work; a failure that is transient is thrown as such, or recognised by <see cref="Transport"/>.</param>
    /// <param name="position">How far the work is; constant where there is no such thing.</param>
    /// <param name="retrying">Is told of every failure, with the delay that follows.</param>
    /// <param name="cancellation">Ends work and delays.</param>
    /// <exception cref="MergeException">The last of too many failures, or one that will not pass.</exception>
    public async Task<T> RunAsync<T>(Uri source, Func<CancellationToken, Task<T>> attempt, Func<long> position, Action<TransientFailure, TimeSpan>? retrying, CancellationToken cancellation)
    {
        var pipeline = PipelineWith(retrying);
        var furthest = position();
        while (true)
        {
            try
            {
                return await pipeline.ExecuteAsync(async token => await Try(token), cancellation);
            }
            catch (TransientFailure failure) when (failure.GotFurther)
            {
                retrying?.Invoke(failure, limits.FirstDelay);
                await Task.Delay(limits.FirstDelay, time, cancellation);
            }
            catch (TransientFailure failure)
            {
                throw Failed(source, $"{failure.Message}, in {limits.Retries + 1} tries without progress");
            }
            catch (HttpRequestException exception)
            {
                throw Failed(source, Transport.ReasonOf(exception));
            }
        }

        async Task<T> Try(CancellationToken token)
        {
            try
            {
                return await attempt(token);
            }
            catch (Exception exception) when (exception is TransientFailure || (Transport.IsTransient(exception) && !cancellation.IsCancellationRequested))
            {
                var failure = exception as TransientFailure ?? new TransientFailure(Transport.ReasonOf(exception));
                failure.GotFurther = position() > furthest;
                furthest = Math.Max(furthest, position());
                throw failure;
            }
        }
    }

    /// <summary>Without the exception that caused it: what .NET says of a reply may quote it, and a reply may repeat the token.</summary>
    private static MergeException Failed(Uri source, string reason) => new(DiagnosticCode.DownloadFailed, null, SourceName.Of(source), reason);

    private ResiliencePipeline PipelineWith(Action<TransientFailure, TimeSpan>? retrying) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = limits.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = limits.FirstDelay,
            MaxDelay = limits.LongestDelay,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is TransientFailure { GotFurther: false }),
            DelayGenerator = arguments => ValueTask.FromResult(DelayAskedFor(arguments.Outcome.Exception)),
            OnRetry = arguments =>
            {
                retrying?.Invoke((TransientFailure)arguments.Outcome.Exception!, arguments.RetryDelay);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private TimeSpan? DelayAskedFor(Exception? failure) =>
        failure is TransientFailure { RetryAfter: { } asked } ? (asked < limits.LongestRetryAfter ? asked : limits.LongestRetryAfter) : null;
}
