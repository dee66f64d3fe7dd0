using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Tests.Mail;
using OuiShare.Federation.Web.Tests.Authorization;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>A whole node in this process that sends its mails to a server of the test.</summary>
public sealed class MailingNode : NodeInProcess
{
    private readonly ScriptedMailServer _server = new();

    /// <summary>All mails so far as people read them: without the soft line breaks of quoted-printable (RFC 2045 section 6.7).</summary>
    public IReadOnlyList<string> Mails => [.. _server.Mails.Select(mail => mail.ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal))];

    /// <summary>A part of the node.</summary>
    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Waits for a mail to an address and returns it.</summary>
    public async Task<string> MailAsync(string to, string words)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = Mails.LastOrDefault(mail => mail.Contains($"To: {to}\n", StringComparison.OrdinalIgnoreCase) && mail.Contains(words, StringComparison.Ordinal));
            if (found is not null)
                return found;
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(1), $"No mail to {to} with “{words}” among {string.Join("\n---\n", Mails)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Lets somebody in whose address is proven.</summary>
    public async Task<Account> JoinByMailAsync(string name, string mail, Role role = Role.Member)
    {
        var link = await Get<MemberLinks>().InviteAsync(Actor.Operator, role, mail);
        await Get<MemberLinks>().NoteMailedAsync(link);
        return Assert.IsType<JoinResult.Joined>(await Get<MemberDirectory>().JoinAsync(link.Secret, name, mail: null, ["en"])).Account;
    }

    /// <summary>A browser in which a member just signed in.</summary>
    internal async Task<Person> SignedInAsync(Account account, bool isHttps = false)
    {
        var person = new Person(Address, isHttps);
        var link = await Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);
        Assert.Equal(302, (await person.SendAsync("/sign-in/" + link.Secret)).Status);
        return person;
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
    }

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Mail:Host"] = "localhost",
        ["Mail:Port"] = $"{_server.Port}",
        ["Mail:From"] = "chapter@example.org",
        ["Mail:Security"] = "None",
    };
}

/// <summary>The tests of accounts share one node.</summary>
[CollectionDefinition(Name)]
public sealed class AccountsRoom : ICollectionFixture<MailingNode>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "accounts";
}
