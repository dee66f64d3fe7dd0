using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OuiShare.Federation.Node.Tests;

/// <summary>Rules of the house that a machine can check, over the whole repository.</summary>
public sealed partial class TidyTests
{
    private const int MostLines = 400;

    /// <summary>Rooms of src/Node whose tests live in another project.</summary>
    private static readonly string[] TestedElsewhere =
    [
        "Hosting", // tests/Web.Tests/Hosting: it is what the program does before there is a node.
        "Text",    // tests/Web.Tests: what pages show.
    ];

    /// <summary>Tests that go through several rooms.</summary>
    private static readonly string[] TestedThrough =
    [
        "Hostile", // What any chapter may sign, from the journal to the feeds.
    ];

    /// <summary>
    /// Packages below these versions have a known hole. The feed that the audit would ask may know nothing of them, so the table is ours. Data
    /// Protection, where forged cookies passed before 10.0.7 (CVE-2026-40372), comes with the framework and is checked as it runs.
    /// </summary>
    private static readonly Dictionary<string, Version> LowestAllowed = new()
    {
        ["Newtonsoft.Json"] = new(13, 0, 1),
        ["System.Text.Json"] = new(8, 0, 5),
        ["SQLitePCLRaw.lib.e_sqlite3"] = new(2, 1, 11),
        ["Microsoft.AspNetCore.DataProtection"] = new(10, 0, 7),
    };

    [Fact]
    public void No_file_is_longer_than_a_colleague_reads()
    {
        var tooLong = Sources().Select(path => (Path: Name(path), Lines: File.ReadLines(path).Count())).Where(file => file.Lines > MostLines);

        Assert.Empty(tooLong.Select(file => $"{file.Path} has {file.Lines} lines; split it or say here why not."));
    }

    [Fact]
    public void Nothing_is_folded_away_in_a_region()
    {
        Assert.Empty(Sources().Where(path => File.ReadLines(path).Any(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal))).Select(Name));
    }

    [Fact]
    public void No_type_has_a_name_that_means_nothing()
    {
        var vague = Sources().SelectMany(path => VagueType().Matches(File.ReadAllText(path)).Select(match => $"{Name(path)}: {match.Groups[1].Value}"));

        Assert.Empty(vague);
    }

    [Fact]
    public void Every_field_of_every_message_is_explained()
    {
        var bare = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Root(), "protos"), "*.proto", SearchOption.AllDirectories))
        {
            var lines = File.ReadAllLines(path);
            for (var i = 1; i < lines.Length; i++)
            {
                if (ProtoField().IsMatch(lines[i]) && !lines[i].Contains("//", StringComparison.Ordinal) && !lines[i].Contains("_UNSPECIFIED", StringComparison.Ordinal)
                    && !IsExplainedAbove(lines, i))
                {
                    bare.Add($"{Name(path)}:{i + 1} {lines[i].Trim()}");
                }
            }
        }

        Assert.Empty(bare);
    }

    [Fact]
    public void Every_room_of_the_node_has_its_tests()
    {
        var rooms = Rooms("src/Node");
        var tested = Rooms("tests/Node.Tests");

        Assert.Empty(rooms.Except(tested).Except(TestedElsewhere));
        Assert.Empty(tested.Except(rooms).Except(TestedThrough));
    }

    [Fact]
    public void No_package_with_a_known_hole_is_used()
    {
        var old = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Repository.Root(), "packages.lock.json", SearchOption.AllDirectories))
        {
            using var locks = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var package in locks.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject()))
            {
                if (LowestAllowed.TryGetValue(package.Name, out var lowest) && package.Value.TryGetProperty("resolved", out var resolved)
                    && Version.Parse(resolved.GetString()!.Split('-')[0]) < lowest)
                {
                    old.Add($"{Name(path)}: {package.Name} {resolved}, lowest allowed {lowest}");
                }
            }
        }

        Assert.Empty(old);
        // The framework's own version is its assemblies' file version.
        var framework = System.Diagnostics.FileVersionInfo.GetVersionInfo(typeof(Microsoft.AspNetCore.DataProtection.IDataProtector).Assembly.Location);
        Assert.True(new Version(framework.FileMajorPart, framework.FileMinorPart) >= new Version(10, 0), framework.FileVersion);
    }

    [Fact]
    public void Package_versions_stand_in_one_place()
    {
        var pinned = Directory.EnumerateFiles(Repository.Root(), "*.csproj", SearchOption.AllDirectories)
            .Where(path => XDocument.Load(path).Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null));

        Assert.Empty(pinned.Select(Name));
    }

    private static bool IsExplainedAbove(string[] lines, int field)
    {
        for (var i = field - 1; i >= 0; i--)
        {
            var line = lines[i].Trim();
            if (line.StartsWith("//", StringComparison.Ordinal))
                return true;
            // A oneof's comment does not explain its fields, and a field's options may span lines.
            if (line.Length == 0 || line.EndsWith(';') || line.EndsWith('{') || line.EndsWith('}'))
                return false;
        }

        return false;
    }

    private static IEnumerable<string> Sources() => ((string[])["src", "tests"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root(), folder), "*.cs", SearchOption.AllDirectories))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    private static HashSet<string> Rooms(string folder) => [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root(), folder))
        .Where(room => Directory.EnumerateFiles(room, "*.cs").Any()).Select(room => Path.GetFileName(room)).Where(room => room is not ("obj" or "bin"))];

    private static string Name(string path) => Path.GetRelativePath(Repository.Root(), path);

    // ASP.NET says TagHelper.
    [GeneratedRegex(@"(?:class|record|struct|interface|enum)\s+(\w+(?:Manager|(?<!Tag)Helper|Helpers|Util|Utils|Processor|Impl|Info))\b")]
    private static partial Regex VagueType();

    [GeneratedRegex(@"^\s+(?:repeated |optional |map<.*> )?[\w.]+(?: \w+)? = \d+(?: \[.*\])?;")]
    private static partial Regex ProtoField();
}
