using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Hosting;

namespace OuiShare.Federation.Web.Tests.Authorization;

/// <summary>
/// A whole node in this process, put together by the program's own code: so a test can ask it which routes and calls exist, which a
/// node in a process of its own does not tell.
/// </summary>
public class NodeInProcess : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-test-");
    private readonly Dictionary<string, string> _tokens = [];
    private DataFolder _data = null!;
    private NodeFiles _files = null!;

    /// <summary>The program.</summary>
    public WebApplication App { get; private set; } = null!;

    /// <summary>Where it answers.</summary>
    public Uri Address => new(App.Urls.First());

    /// <summary>What a role's holder sends as her token; null for a visitor.</summary>
    public string? TokenOf(string role) => _tokens.GetValueOrDefault(role);

    /// <summary>Settings beyond folder and address.</summary>
    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    public async Task InitializeAsync()
    {
        await StartAsync();
        await SetUpAsync();
    }

    /// <summary>Stops the node and starts it again with what it holds, at another address.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    private async Task StartAsync()
    {
        var settings = new Dictionary<string, string?>(Settings)
        {
            ["Node:Data"] = Path.Combine(_folder.FullName, "data"),
            ["Node:Urls"] = "http://127.0.0.1:0",
        };
        var builder = WebHosting.CreateBuilder(new CommandLine.Run(settings, StopsWithParent: false));
        var options = builder.Configuration.ReadNodeOptions();
        _data = DataFolder.Open(options.Data);
        builder.AddQuietLogs(() => true);
        _files = NodeProcess.Compose(builder, options, _data);
        App = builder.Build();
        NodeProcess.Map(App);
        await App.StartAsync();
    }

    public virtual async Task DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StopAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        await _files.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>Lets somebody in by an invitation that was handed to her.</summary>
    public async Task<Account> JoinAsync(string name, Role role, string? mail = null)
    {
        var invitation = await App.Services.GetRequiredService<MemberLinks>().InviteAsync(Actor.Operator, role, mail: null);
        return Assert.IsType<JoinResult.Joined>(
            await App.Services.GetRequiredService<MemberDirectory>().JoinAsync(invitation.Secret, name, mail, ["en"])).Account;
    }

    private async Task SetUpAsync()
    {
        var chapter = new ChapterRecord { Name = "OuiShare Test", Zone = "Europe/Paris", Languages = { "en" } };
        await App.Services.GetRequiredService<IGrainFactory>().GetGrain<IChapterGrain>(0).SetUp(linkSecret: null, chapter, "Ada");
        var tokens = App.Services.GetRequiredService<AccessTokens>();
        foreach (var role in (Role[])[Role.Member, Role.Connector, Role.Admin])
        {
            var account = await JoinAsync($"The {role}", role);
            _tokens[Policies.NameOf(role)] = (await tokens.CreateAsync(account.Id, "walk"))!;
        }

        _tokens[Policies.Operator] = _data.OperatorToken;
    }
}
