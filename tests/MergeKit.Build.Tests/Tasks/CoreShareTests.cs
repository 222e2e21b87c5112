using System.Reflection;
using MergeKit.Build.Tasks;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tests.Tasks;

public class CoreShareTests
{
    [Fact]
    public void What_is_granted_is_used_and_given_back()
    {
        var (engine, calls) = Engine(requested => requested - 3);

        using (var share = CoreShare.Request(engine, 8))
            Assert.Equal(5, share.Count);

        Assert.Equal(["RequestCores 8", "ReleaseCores 5"], calls);
    }

    [Fact]
    public void An_engine_that_does_not_share_cores_grants_all()
    {
        var (engine, calls) = Engine(_ => throw new NotImplementedException());

        using (var share = CoreShare.Request(engine, 8))
            Assert.Equal(8, share.Count);
        using (var share = CoreShare.Request(null, 8))
            Assert.Equal(8, share.Count);

        Assert.Equal(["RequestCores 8"], calls);
    }

    private static (IBuildEngine9 Engine, List<string> Calls) Engine(Func<int, int> grant)
    {
        var engine = DispatchProxy.Create<IBuildEngine9, FakeEngine>();
        var fake = (FakeEngine)(object)engine;
        fake.Grant = grant;
        return (engine, fake.Calls);
    }

    public class FakeEngine : DispatchProxy
    {
        public List<string> Calls { get; } = [];

        public Func<int, int> Grant { get; set; } = requested => requested;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var cores = (int)args![0]!;
            Calls.Add($"{targetMethod!.Name} {cores}");
            return targetMethod.Name == nameof(IBuildEngine9.RequestCores) ? Grant(cores) : null;
        }
    }
}
