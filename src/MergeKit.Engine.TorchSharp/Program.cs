using MergeKit.Engine.Devices;
using MergeKit.Engine.TorchSharp;

return HostServer.Run(TorchBackend.Open);
