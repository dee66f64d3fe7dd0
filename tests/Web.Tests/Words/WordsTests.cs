using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Tests.Words;

/// <summary>Every sentence of the pages exists in every language of the pages, with the same places to fill.</summary>
public sealed partial class WordsTests
{
    private const string ImportWords = "import.reason.";

    [Theory]
    [InlineData("fr")]
    [InlineData("es")]
    public void Every_sentence_is_translated(string language)
    {
        var (english, translated) = (Read("Words.resx"), Read($"Words.{language}.resx"));

        Assert.Empty(english.Keys.Except(translated.Keys).Select(key => $"{language} lacks {key}"));
        Assert.Empty(translated.Keys.Except(english.Keys).Select(key => $"only {language} has {key}"));
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("es")]
    public void A_translation_fills_the_same_places(string language)
    {
        var (english, translated) = (Read("Words.resx"), Read($"Words.{language}.resx"));

        Assert.Empty(english.Keys.Intersect(translated.Keys).Where(key => !Places(english[key]).SetEquals(Places(translated[key])))
            .Select(key => $"{key}: “{english[key]}” and “{translated[key]}”"));
    }

    [Fact]
    public void Every_reason_the_node_gives_has_words()
    {
        string[] reasons =
        [
            .. Codes(typeof(ImportReasons)).Select(code => ImportWords + code),
            .. Codes(typeof(FetchReasons)).Select(code => "fetch." + code),
            .. Enum.GetValues<PeerErrorReason>().Where(reason => reason != PeerErrorReason.Unknown).Select(reason => $"peer.error.{reason}"),
            .. Enum.GetValues<NodeProblemReason>().Select(reason => $"problem.{reason}"),
            .. Enum.GetValues<PeerAdvice>().Where(advice => advice != PeerAdvice.None).Select(advice => $"advice.{advice}"),
            .. Enum.GetValues<PeerActor>().Select(actor => $"peer.acting.{actor}"),
            .. Enum.GetValues<InvitationRefusal>().Select(refusal => $"join.refused.{refusal}"),
        ];

        Assert.Empty(reasons.Except(Read("Words.resx").Keys));
    }

    /// <summary>
    /// Words that name a value which a problem does not carry would break the page that shows them. So every sort of problem whose words name
    /// values is made here.
    /// </summary>
    [Fact]
    public void The_words_for_a_problem_of_a_calendar_name_only_values_it_carries()
    {
        var words = Read("Words.resx").Where(word => word.Key.StartsWith(ImportWords, StringComparison.Ordinal) && Places(word.Value).Count > 0)
            .ToDictionary(word => word.Key[ImportWords.Length..], word => Places(word.Value).Count);
        var reader = new CalendarReader(new Gazetteer(new Countries()), new Countries());
        byte[][] files =
        [
            new byte[CalendarLimits.FileBytes + 1],
            Calendar(string.Concat(Enumerable.Repeat("BEGIN:VEVENT\r\nSUMMARY:Same\r\nDTSTART:20270101\r\nEND:VEVENT\r\n", CalendarLimits.Events + 1))),
            Calendar(string.Concat(Enumerable.Repeat("BEGIN:VEVENT\r\nEND:VEVENT\r\n", CalendarLimits.Problems + 1))),
            Calendar("BEGIN:VTODO\r\nEND:VTODO\r\n"),
            [.. Calendar("BEGIN:VTODO\r\nEND:VTODO\r\nBEGIN:VEVENT\r\nUID:5\r\nSUMMARY:éè |\r\nDTSTART:20270101\r\nRRULE:FREQ=WEEKLY;UNTIL=20270301T000000Z\r\nATTACH:https://example.org/\r\nEND:VEVENT\r\n"
                + "BEGIN:VEVENT\r\nUID:6\r\nSUMMARY:Six\r\nDTSTART:20270101\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
                + "BEGIN:VEVENT\r\nUID:6\r\nSUMMARY:Six\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270108\r\nDTSTART:20270109\r\nEND:VEVENT\r\n")
                .Select(each => each == '|' ? (byte)0xc3 : each)],
            Calendar(
                "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:One\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\n"
                + "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Two\r\nDTSTART:99980101\r\nEND:VEVENT\r\n"
                + "BEGIN:VEVENT\r\nUID:3\r\nSUMMARY:Three\r\nDTSTART:20270101\r\nRRULE:FREQ=HOURLY\r\nEND:VEVENT\r\n"
                + "BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:Older\r\nDTSTART:20270101\r\nEND:VEVENT\r\n"
                + $"BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:{new string('x', CalendarLimits.TitleLength + 1)}\r\nDTSTART;TZID=Nowhere:20270101T190000\r\nno line\r\n"
                + $"URL:nowhere\r\nGEO:nowhere\r\nCATEGORIES:{string.Join(',', Enumerable.Range(0, CalendarLimits.Tags + 1))}\r\nEND:VEVENT\r\n"),
        ];

        var problems = files.SelectMany(file => reader.Read(file, new CalendarDefaults("Europe/Paris")).Problems).ToList();
        var told = new ImportProblems();
        ImportNotes.Own(told, count: 1);
        ImportNotes.Network(told, count: 1);
        foreach (var whenGone in Enum.GetValues<WhenGone>())
            ImportNotes.Gone(told, new EventRecord { Time = new EventTime() }, whenGone);
        problems.AddRange(told.ToList());

        Assert.Empty(words.Keys.Except(problems.Select(problem => problem.Reason)));
        Assert.All(problems, problem => Assert.InRange(words.GetValueOrDefault(problem.Reason), 0, problem.Values.Count));
    }

    private static byte[] Calendar(string events) => Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n");

    private static IEnumerable<string> Codes(Type reasons) =>
        reasons.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static HashSet<string> Places(string sentence) => [.. Place().Matches(sentence).Select(match => match.Groups[1].Value)];

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(Root(), "src", "Web", "Words", file)).Root!.Elements("data").ToDictionary(word => word.Attribute("name")!.Value, word => word.Element("value")!.Value);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OuiShare.Federation.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>A place such as {0} or {0:N0}.</summary>
    [GeneratedRegex(@"\{(\d)(?::[^}]*)?\}")]
    private static partial Regex Place();
}
