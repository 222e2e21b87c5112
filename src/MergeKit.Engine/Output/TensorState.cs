using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>A tensor of a merged model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FileOffset">Bytes from the start of the file to the first element.</param>
/// <param name="Fingerprint">What its bytes depend on.</param>
/// <param name="Report">What its data gave reason to say.</param>
internal sealed record TensorState(string Name, long FileOffset, TensorFingerprint Fingerprint, TensorReport Report);
