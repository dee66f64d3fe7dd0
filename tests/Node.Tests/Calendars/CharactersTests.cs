using System.Text;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>In which characters a calendar is written, and what is done when its writer broke them.</summary>
public sealed class CharactersTests
{
    private static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding("windows-1251")!;

    private readonly CalendarReader _reader = new(new Gazetteer(new Countries()), new Countries());

    [Fact]
    public void One_broken_character_is_marked_and_the_rest_of_its_line_stays()
    {
        var calendar = Reading.Fixture(Path.Combine("faults", "79-one-bad-byte.ics"));

        var read = Assert.Single(calendar.Events).Event;
        Assert.Equal("Rencontre d’été", read.Title.Translations[0].Text);
        Assert.Equal("Soirée à Montréal, entrée libre \ufffd", read.Description.Translations[0].Text);
        Assert.Equal((ImportReasons.TextBroken, true), (calendar.Problems.Single().Reason, calendar.Problems.Single().IsNote));
    }

    // The broken one may be the only one of its line, of its title, or stand where a line was folded.
    [Theory]
    [InlineData("SUMMARY:Plain |E9| here", "Plain \ufffd here")]
    [InlineData("SUMMARY:d|92|été", "d\ufffdété")]
    [InlineData("SUMMARY:été |F0 9F 8E|", "été \ufffd")]
    [InlineData("SUMMARY:été |C3|\r\n |A9| soir", "été é soir")]
    public void A_broken_character_in_a_utf8_file_does_not_make_it_latin(string line, string title)
    {
        var file = Calendar(Bytes("DESCRIPTION:Soirée d’été à Montréal"), Bytes(line));

        Assert.Equal(title, _reader.Read(file, new CalendarDefaults()).Events[0].Event.Title.Translations[0].Text);
    }

    [Fact]
    public void What_the_sender_or_the_file_names_is_believed_where_it_is_not_utf8()
    {
        var cyrillic = Calendar(Windows1251.GetBytes("SUMMARY:Встреча друзей"));
        var named = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(cyrillic).Replace("BEGIN:VEVENT", "X-CHARSET:Windows-1251\r\nBEGIN:VEVENT", StringComparison.Ordinal));
        var utf8 = Calendar(Encoding.UTF8.GetBytes("SUMMARY:Встреча друзей"));

        Assert.Equal("Встреча друзей", Title(cyrillic, "windows-1251"));
        Assert.Equal("Встреча друзей", Title(named, ""));
        Assert.Equal("Встреча друзей", Title(named, "utf-8"));
        Assert.Equal("Встреча друзей", Title(utf8, "windows-1251"));
        Assert.Equal("Встреча друзей", Title(utf8, "no-such-charset"));
    }

    [Fact]
    public void A_site_that_names_latin_for_all_it_sends_does_not_make_a_utf8_file_latin()
    {
        var file = Calendar(Bytes("DESCRIPTION:Soirée d’été à Montréal, entrée libre"), Bytes("SUMMARY:été |F0 9F 8E|"));

        Assert.Equal("été \ufffd", Title(file, "iso-8859-1"));
    }

    [Theory]
    [InlineData("SUMMARY;CHARSET=Windows-1251:Встреча", "windows-1251")]
    [InlineData("SUMMARY;LANGUAGE=ru;CHARSET=koi8-r:Встреча", "koi8-r")]
    [InlineData("SUMMARY;CHARSET=shift_jis:集まり", "shift_jis")]
    [InlineData("SUMMARY;CHARSET=ISO-2022-JP:集まり", "iso-2022-jp")]
    [InlineData("SUMMARY;CHARSET=GB2312:聚会", "gb2312")]
    public void A_line_may_name_its_own(string line, string charset)
    {
        var file = Calendar(CodePagesEncodingProvider.Instance.GetEncoding(charset)!.GetBytes(line));

        Assert.Equal(line[(line.LastIndexOf(':') + 1)..], Title(file, ""));
    }

    [Fact]
    public void A_file_that_is_not_utf8_and_names_nothing_is_windows_1252()
    {
        var file = Calendar(Bytes("SUMMARY:d|92||E9|t|E9| |96| Caf|E9|"));

        Assert.Equal("d’été – Café", Title(file, ""));
        Assert.Equal("d’été – Café", Title(file, "iso-8859-1"));
    }

    [Fact]
    public void Quoted_printable_is_decoded_and_its_lines_are_joined()
    {
        var read = Assert.Single(Reading.Fixture(Path.Combine("faults", "73-quoted-printable.ics")).Events).Event;

        Assert.Equal("Café à la gare", read.Title.Translations[0].Text);
        Assert.Equal("Erste Zeile\nZweite Zeile", read.Description.Translations[0].Text);
    }

    [Theory]
    [InlineData("SUMMARY;QUOTED-PRINTABLE:Caf=C3=A9", "Café")]
    [InlineData("summary;encoding=quoted-printable;charset=ISO-8859-1:Caf=E9 =96 d=92=E9t=E9", "Café – d’été")]
    [InlineData("SUMMARY;CHARSET=Windows-1251;ENCODING=QUOTED-PRINTABLE:=C2=F1=F2=F0=E5=F7=E0", "Встреча")]
    [InlineData("SUMMARY;ENCODING=QUOTED-PRINTABLE:one=\r\n two=\r\nthree", "one twothree")]
    [InlineData("SUMMARY;ENCODING=QUOTED-PRINTABLE:1 + 1 =3D 2 =zz=", "1 + 1 = 2 =zz=")]
    [InlineData("SUMMARY;ENCODING=BASE64:Q2Fmw6k=", "Café")]
    [InlineData("SUMMARY;ENCODING=B;CHARSET=ISO-8859-1:Q2Fm6Q==", "Café")]
    [InlineData("SUMMARY:2 + 2 = 4=", "2 + 2 = 4=")]
    public void Encodings_of_vcalendar_are_undone(string line, string title)
    {
        Assert.Equal(title, Title(Calendar(Bytes(line)), ""));
    }

    private string Title(byte[] file, string charset) => _reader.Read(file, new CalendarDefaults(Charset: charset)).Events[0].Event.Title.Translations[0].Text;

    // "|E9 92|" are bytes, the rest is UTF-8.
    private static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        var parts = text.Split('|');
        for (var i = 0; i < parts.Length; i++)
            bytes.AddRange(i % 2 == 0 ? Encoding.UTF8.GetBytes(parts[i]) : Convert.FromHexString(parts[i].Replace(" ", "", StringComparison.Ordinal)));
        return [.. bytes];
    }

    private static byte[] Calendar(params byte[][] lines) =>
    [
        .. "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20270115T190000Z\r\n"u8.ToArray(),
        .. lines.SelectMany(line => line.Concat("\r\n"u8.ToArray())),
        .. "END:VEVENT\r\nEND:VCALENDAR\r\n"u8.ToArray(),
    ];
}
