using System.Text.RegularExpressions;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>
/// Whether an address is a member's cannot be found out: each entrance that takes one answers a known, an unproven and an unknown one with the same
/// status, the same page and the same number of mails to it while the person waits. What differs, a sign-in mail, is made afterwards,
/// elsewhere.
/// </summary>
[Collection(AccountsRoom.Name)]
public sealed partial class ProbingTests(MailingNode node)
{
    public static TheoryData<string> Entrances => ["sign-in", "profile", "profile again", "invitation", "invite"];

    [Theory]
    [MemberData(nameof(Entrances))]
    public async Task A_known_and_an_unknown_address_get_the_same_answer(string entrance)
    {
        var tag = entrance.Replace(' ', '-');
        await node.JoinByMailAsync("Known", $"known-{tag}@example.org");
        await node.JoinAsync("Wanting", Role.Member, $"wanted-{tag}@example.org");

        var answers = new List<(int Status, string? Location, string Page, int Waited)>();
        foreach (var kind in (string[])["known", "wanted", "unknown"])
            answers.Add(await AskAsync(entrance, $"{kind}-{tag}@example.org"));

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
    }

    private async Task<(int Status, string? Location, string Page, int Waited)> AskAsync(string entrance, string mail)
    {
        var before = MailsThatWereWaitedFor(mail);
        using var person = await PersonAsync(entrance);
        var answer = entrance switch
        {
            "sign-in" => await person.SendAsync("/sign-in", ("mail", mail)),
            "profile" => await SaveAsync(person, mail),
            "profile again" => await SaveAsync(person, mail) is { Status: 302 } ? await person.PostAsync("/profile", await person.TokenAsync("/profile"), ("do", "proof")) : null!,
            "invitation" => await person.SendAsync(await InviteAsync(), ("name", "Prober"), ("mail", mail), ("languages", "en")),
            _ => await person.SendAsync("/members/invite", ("role", "member"), ("mail", mail)),
        };
        // The page that follows says what was done, too.
        var next = answer.Location is { } location ? await person.AskAsync(location) : answer;
        return (answer.Status, answer.Location, Bare(next.Text, mail), MailsThatWereWaitedFor(mail) - before);
    }

    private async Task<Person> PersonAsync(string entrance) => entrance is "sign-in" or "invitation"
        ? new Person(node.Address)
        : await node.SignedInAsync(await node.JoinAsync("Prober", entrance == "invite" ? Role.Admin : Role.Member));

    private static Task<Answer> SaveAsync(Person person, string mail) =>
        person.SendAsync("/profile", ("do", "save"), ("name", "Prober"), ("mail", mail), ("languages", "en"));

    private async Task<string> InviteAsync() => "/invitations/" + (await node.Get<MemberLinks>().InviteAsync(Actor.Operator, Role.Member, mail: null)).Secret;

    // A sign-in mail goes out after the answer, away from the request.
    private int MailsThatWereWaitedFor(string mail) => node.Mails.Count(sent => sent.Contains($"To: {mail}\n", StringComparison.Ordinal) && !sent.Contains("/sign-in/", StringComparison.Ordinal));

    /// <summary>A page without what differs for each person: the address itself, tokens, ids, secrets.</summary>
    private static string Bare(string page, string mail) => Secret().Replace(page.Replace(mail, "ADDRESS", StringComparison.Ordinal), "SECRET");

    [GeneratedRegex("[A-Za-z0-9_-]{16,}")]
    private static partial Regex Secret();
}
