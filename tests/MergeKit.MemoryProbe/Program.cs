using System.Globalization;
using MergeKit.MemoryProbe;

const string Usage = """
    Merges generated models and prints the peak resident memory of this process.

    dotnet run -c Release --project tests/MergeKit.MemoryProbe -- [GIGABYTES|files [FOLDER]]

      GIGABYTES  total size of the three input models, at least 1.7 (default 1.9)
      files      one small model instead, written in 60 files; takes 1.8 GB of disk space
      FOLDER     an empty or new folder for them, removed afterwards (default: a temporary one);
                 takes about 1.7 times GIGABYTES of disk space
    """;

var gigabytes = 1.9;
var isManyFiles = args is ["files", ..];
if (args.Length > 2 || (args.Length > 0 && !isManyFiles && !double.TryParse(args[0], NumberStyles.Float, CultureInfo.InvariantCulture, out gigabytes)) || gigabytes < 1.7)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

var folder = Path.GetFullPath(args.Length > 1 ? args[1] : Directory.CreateTempSubdirectory("mergekit-probe-").FullName);
if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
{
    Console.Error.WriteLine($"'{folder}' is not empty.\n\n{Usage}");
    return 2;
}

try
{
    if (isManyFiles)
    {
        Probe.RunFiles(folder);
    }
    else
    {
        Probe.Run(folder, (long)(gigabytes * 1e9));
    }

    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
