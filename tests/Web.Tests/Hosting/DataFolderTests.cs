using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

public sealed class DataFolderTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("ouishare-test-");

    private string Folder => Path.Combine(_parent.FullName, "data");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public void A_fresh_folder_gets_a_key_and_a_token_that_only_its_owner_can_read()
    {
        using var folder = DataFolder.Open(Folder);

        Assert.True(folder.IsFirstStart);
        Assert.Equal(32, folder.Seed.Length);
        Assert.Equal(43, folder.OperatorToken.Length);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
            Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.KeysPath));
            Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(Folder, "node.key")));
            Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(Folder, "operator.token")));
        }
    }

    [Fact]
    public void A_folder_that_was_open_to_all_is_closed_with_everything_in_it_and_the_start_says_so()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode all = (UnixFileMode)0b111_101_101;
        const UnixFileMode readable = (UnixFileMode)0b110_100_100;
        MakeNode();
        string[] files = ["node.key", "node.db", "node.db-wal", "views.db", "views.db-shm", "operator.token", "keys/key-1.xml", "replaced-1/node.db", "replaced-1/keys/key-2.xml"];
        foreach (var file in files.Select(name => Path.Combine(Folder, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (!File.Exists(file))
                File.WriteAllText(file, "<key />");
            File.SetUnixFileMode(file, readable);
        }

        string[] folders = [".", "keys", "replaced-1", "replaced-1/keys"];
        foreach (var folder in folders)
            File.SetUnixFileMode(Path.Combine(Folder, folder), all);

        using (var first = DataFolder.Open(Folder))
            Assert.Equal(files.Length + folders.Length, first.OpenToOthers);
        using var second = DataFolder.Open(Folder);

        Assert.Equal(0, second.OpenToOthers);
        foreach (var name in files)
            Assert.Equal((name, UnixFileMode.UserRead | UnixFileMode.UserWrite), (name, File.GetUnixFileMode(Path.Combine(Folder, name))));
        foreach (var name in folders)
            Assert.Equal((name, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), (name, File.GetUnixFileMode(Path.Combine(Folder, name))));
    }

    [Fact]
    public void What_a_link_in_the_folder_leads_to_is_left_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        MakeNode();
        var outside = Path.Combine(_parent.FullName, "outside.txt");
        File.WriteAllText(outside, "");
        File.SetUnixFileMode(outside, (UnixFileMode)0b110_100_100);
        File.CreateSymbolicLink(Path.Combine(Folder, "notes.txt"), outside);

        using var folder = DataFolder.Open(Folder);

        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(outside));
    }

    [Fact]
    public void The_second_start_finds_the_same_key_and_token()
    {
        var (seed, token) = MakeNode();

        using var folder = DataFolder.Open(Folder);

        Assert.False(folder.IsFirstStart);
        Assert.Equal(seed, folder.Seed.ToArray());
        Assert.Equal(token, folder.OperatorToken);
    }

    [Fact]
    public void A_first_start_that_was_cut_short_is_taken_up_with_the_same_key()
    {
        byte[] seed;
        using (var cutShort = DataFolder.Open(Folder))
            seed = cutShort.Seed.ToArray();

        using var folder = DataFolder.Open(Folder, mustExist: true);

        Assert.True(folder.IsFirstStart);
        Assert.Equal(seed, folder.Seed.ToArray());
    }

    [Theory]
    [InlineData("node.db", "node.db is missing")]
    [InlineData("node.key", "node.key is missing")]
    public void A_lost_file_refuses_the_start_and_is_never_made_anew(string lost, string expected)
    {
        MakeNode();
        File.Delete(Path.Combine(Folder, lost));

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Folder));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Contains("backup", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.DamagedData, refused.ExitCode);
        Assert.False(File.Exists(Path.Combine(Folder, lost)));
    }

    [Fact]
    public void What_is_left_when_key_and_database_are_lost_still_refuses_the_start()
    {
        MakeNode();
        File.Delete(Path.Combine(Folder, "node.db"));
        File.Delete(Path.Combine(Folder, "node.key"));

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Folder));

        Assert.Equal(ExitCodes.DamagedData, refused.ExitCode);
        Assert.False(File.Exists(Path.Combine(Folder, "node.key")));
    }

    [Fact]
    public void A_folder_of_other_files_is_left_alone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "thesis.odt"), "ten years of work");

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Folder));

        Assert.Contains("holds other files", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["thesis.odt"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_disk_that_was_not_mounted_makes_no_second_chapter_when_the_node_must_exist()
    {
        Directory.CreateDirectory(Folder);

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Folder, mustExist: true));

        Assert.Contains("mounted", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("00112233")]
    public void A_damaged_key_refuses_the_start_and_is_left_as_it_is(string content)
    {
        MakeNode();
        var path = Path.Combine(Folder, "node.key");
        File.WriteAllText(path, content);

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Folder));

        Assert.Equal(ExitCodes.DamagedData, refused.ExitCode);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void A_folder_has_one_holder_at_a_time_and_the_second_learns_who()
    {
        using var first = DataFolder.Open(Folder);
        first.PublishAddress(["http://127.0.0.1:5080"]);

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Folder));

        Assert.Equal(ExitCodes.AlreadyRunning, refused.ExitCode);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:5080", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_address_stands_in_the_folder_only_while_the_node_runs()
    {
        using (var folder = DataFolder.Open(Folder))
        {
            Assert.Null(DataFolder.ReadAddress(Folder));

            folder.PublishAddress(["http://127.0.0.1:5080", "http://[::1]:5080"]);

            var address = DataFolder.ReadAddress(Folder)!;
            Assert.Equal(["http://127.0.0.1:5080", "http://[::1]:5080"], address.Urls);
            Assert.Equal(Environment.ProcessId, address.ProcessId);
        }

        Assert.Null(DataFolder.ReadAddress(Folder));
    }

    [Fact]
    public void A_shortened_operator_token_is_replaced()
    {
        MakeNode();
        File.WriteAllText(Path.Combine(Folder, "operator.token"), "a");

        using var folder = DataFolder.Open(Folder);

        Assert.Equal(43, folder.OperatorToken.Length);
        Assert.Equal(folder.OperatorToken, DataFolder.ReadOperatorToken(Folder));
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused()
    {
        File.WriteAllText(Folder, "");

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Folder));

        Assert.Equal(ExitCodes.BadSetting, refused.ExitCode);
    }

    /// <summary>A node after its first start, stopped.</summary>
    private (byte[] Seed, string Token) MakeNode()
    {
        using var folder = DataFolder.Open(Folder);
        File.WriteAllText(folder.DatabasePath, "");
        folder.CompleteFirstStart();
        return (folder.Seed.ToArray(), folder.OperatorToken);
    }
}
