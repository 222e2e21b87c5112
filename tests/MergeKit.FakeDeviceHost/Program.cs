using MergeKit.Engine.Devices;
using MergeKit.FakeDeviceHost;

// A device host without devices: what it is asked for, it computes on the processor or spoils, as FakeDevices says. One that finds a file with a
// version beside it says that it has an engine of that version.
var version = Path.Combine(AppContext.BaseDirectory, "engine-version.txt");
if (!File.Exists(version))
{
    return HostServer.Run(FakeDevices.Open);
}

Console.WriteLine(HostText.Write(new HostMessage { Engine = EngineIdentity.Current with { Version = File.ReadAllText(version) } }));
Console.ReadLine();
return 0;
