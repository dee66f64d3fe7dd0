using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Web.Hosting;
using OuiShare.Federation.Web.Telemetry;

namespace OuiShare.Federation.Web.Tests.Hosting;

public sealed class SettingsTests
{
    [Fact]
    public void A_variable_without_section_is_the_nodes_own()
    {
        var settings = EnvironmentSettings.Read(new Hashtable
        {
            ["OUISHARE_PUBLIC_URL"] = "https://paris.example",
            ["OUISHARE_MAIL__HOST"] = "mail.example",
            ["HOME"] = "/root",
        });

        Assert.Equal(2, settings.Count);
        Assert.Equal("https://paris.example", settings["Node:PublicUrl"]);
        Assert.Equal("mail.example", settings["Mail:Host"]);
    }

    [Fact]
    public void A_section_that_no_room_reads_is_refused()
    {
        var refused = Assert.Throws<StartRefusedException>(() =>
            EnvironmentSettings.RefuseUnknownSections(["Node:Data", "Mial:Host"], [new SettingsSection("Node"), new SettingsSection("Mail")]));

        Assert.Contains("Mial:Host", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
    }

    [Theory]
    [InlineData("Node:Dta", "x", "no setting Node:Dta")]
    [InlineData("Node:MustExist", "perhaps", "The setting Node:MustExist is \"perhaps\", but takes true or false.")]
    public void A_setting_that_is_unknown_or_has_the_wrong_form_is_refused(string key, string value, string expected)
    {
        var refused = Assert.Throws<StartRefusedException>(() => Configured(key, value).ReadNodeOptions());

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
    }

    [Theory]
    [InlineData("Node:Urls", "ftp://localhost")]
    [InlineData("Node:Urls", "localhost:5080")]
    [InlineData("Node:Urls", "http://localhost:5080/path")]
    [InlineData("Node:Urls", "http://localhost:0")]
    [InlineData("Node:Urls", "http://localhost:99999")]
    [InlineData("Node:Urls", ";")]
    [InlineData("Node:Data", "")]
    [InlineData("Node:PublicUrl", "paris.example")]
    [InlineData("Node:PublicUrl", "https://paris.example/node")]
    public void A_setting_out_of_its_range_is_refused(string key, string value)
    {
        var invalid = Assert.Throws<OptionsValidationException>(() => Configured(key, value).ReadNodeOptions());

        Assert.Equal(ExitCodes.BadSetting, StartFailure.From(invalid)!.ExitCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:80")]
    [InlineData("http://+:80;https://[::]:443")]
    [InlineData("http://localhost:5080; http://127.0.0.1:5081")]
    public void Every_address_that_Kestrel_understands_is_accepted(string urls) =>
        Assert.Equal(urls, Configured("Node:Urls", urls).ReadNodeOptions().Urls);

    [Fact]
    public void A_settings_file_that_cannot_be_read_is_named_with_the_place_in_it()
    {
        using var folder = new FolderOfOneFile("appsettings.json", "{ \"Node\": { bad } }");
        var unreadable = Assert.Throws<InvalidDataException>(() => new ConfigurationBuilder().AddJsonFile(folder.Path).Build());

        var refused = StartFailure.From(unreadable)!;

        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 0", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_log_level_that_does_not_exist_is_refused()
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddConfiguration(Configured("LogLevel:Default", "Loud"))).BuildServiceProvider();
        var unsupported = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value);

        var refused = StartFailure.From(unsupported)!;

        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
        Assert.Contains("'Loud'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "localhost:4317")]
    public void A_collector_without_a_whole_address_is_refused(string variable, string endpoint)
    {
        var refused = Assert.Throws<StartRefusedException>(() => OtlpSignals.Read(Configured(variable, endpoint)));

        Assert.Contains(variable, refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
    }

    [Theory]
    [InlineData("OUISHARE_KESTREL__CERTIFICATES__DEFAULT__PATH")]
    [InlineData("OUISHARE_KESTREL__CERTIFICATES__DEFAULT__KEY_PATH")]
    [InlineData("OUISHARE_KESTREL__CERTIFICATES__DEFAULT__PASSWORD")]
    [InlineData("OUISHARE_LOGGING__LOGLEVEL__DEFAULT")]
    public void What_ASP_NET_reads_of_the_certificate_and_the_log_is_accepted_under_our_prefix(string variable) =>
        EnvironmentSettings.RefuseUnknownSections(EnvironmentSettings.Read(new Hashtable { [variable] = "x" }).Keys, [new SettingsSection("Node")]);

    [Theory]
    [InlineData("OUISHARE_KESTREL__CERTIFICATES__DEFAULT__PAHT")]
    [InlineData("OUISHARE_KESTREL__ENDPOINTS__HTTPS__URL")]
    [InlineData("OUISHARE_KESTREL__LIMITS__MAX_REQUEST_BODY_SIZE")]
    [InlineData("OUISHARE_LOGGING__LOGLEVLE__DEFAULT")]
    public void What_ASP_NET_would_pass_over_in_silence_is_refused(string variable) => Assert.Equal(
        ExitCodes.BadSetting,
        Assert.Throws<StartRefusedException>(() =>
            EnvironmentSettings.RefuseUnknownSections(EnvironmentSettings.Read(new Hashtable { [variable] = "x" }).Keys, [new SettingsSection("Node")])).ExitCode);

    [Theory]
    [InlineData("10.0.6")]
    [InlineData("10.0.6-servicing.1+0123abcd")]
    [InlineData("10.0.0-rc.2.25502.107")]
    [InlineData("9.0.20")]
    [InlineData("unknown")]
    [InlineData("")]
    public void A_runtime_on_which_cookies_can_be_forged_is_refused(string version)
    {
        var refused = Assert.Throws<StartRefusedException>(() => RuntimeFloor.Check(version));

        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
        Assert.Contains("Install 10.0.7 or newer", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.7")]
    [InlineData("10.0.12+4f6f2c1d")]
    [InlineData("11.0.0-preview.1")]
    [InlineData(null)]
    public void A_newer_runtime_and_that_of_this_test_are_accepted(string? version) => RuntimeFloor.Check(version);

    private static IConfiguration Configured(string key, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();

    private sealed class FolderOfOneFile : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-test-");

        public FolderOfOneFile(string name, string content)
        {
            Path = System.IO.Path.Combine(_folder.FullName, name);
            File.WriteAllText(Path, content);
        }

        public string Path { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
