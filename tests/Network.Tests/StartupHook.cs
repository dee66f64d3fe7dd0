using System.Diagnostics;
using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// Puts a part that fails into the node's program, which has no switch for it: .NET runs this before the program's first line when
/// DOTNET_STARTUP_HOOKS names this assembly (https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md). Its name
/// and its place in no namespace are .NET's rule.
/// </summary>
internal sealed class StartupHook : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    /// <summary>The variable that says which part: one of <see cref="FailingPart"/>.</summary>
    public const string Variable = "FAILING_PART";

    /// <summary>Called by .NET.</summary>
    public static void Initialize()
    {
        // Orleans looks through the attributes of every assembly that is loaded, and this one's are xunit's.
        var folder = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        DiagnosticListener.AllListeners.Subscribe(new StartupHook());
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
            value.Subscribe(this);
    }

    /// <summary>Hears of the host while it is built, as the tools of Entity Framework do.</summary>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        var part = Enum.Parse<FailingPart>(Environment.GetEnvironmentVariable(Variable)!);
        if (value is { Key: "HostBuilding", Value: IHostBuilder host })
            host.ConfigureServices((_, services) => services.AddSingleton<IHostedService>(part == FailingPart.Background ? new FailingBackground() : new FailingService(part)));
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
