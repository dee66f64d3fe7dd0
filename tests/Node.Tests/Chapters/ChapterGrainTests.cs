using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Node.Tests.Chapters;

public sealed class ChapterGrainTests(TestNode node) : IClassFixture<TestNode>
{
    private IChapterGrain Chapter => node.Grains.GetGrain<IChapterGrain>(0);

    [Fact]
    public async Task A_node_is_set_up_once()
    {
        var before = node.Get<MemberDirectory>().List().Count;

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Chapter.SetUp(linkSecret: null, Samples.Chapter("Thief"), $"Thief {number}")));

        Assert.All(results, result => Assert.IsType<SetUpResult.AlreadySetUp>(result));
        Assert.Equal(before, node.Get<MemberDirectory>().List().Count);
        Assert.NotEqual("Thief", node.Get<ChapterDirectory>().OwnRecord!.Name);
    }

    [Fact]
    public async Task Only_admins_describe_the_chapter_and_only_by_its_rules()
    {
        var nameless = Samples.Chapter("");

        Assert.IsType<ChapterResult.Forbidden>(await Chapter.Update(Samples.Chapter("Other"), Samples.Connector));
        var refused = Assert.IsType<ChapterResult.Refused>(await Chapter.Update(nameless, Actor.Operator));

        Assert.Equal("name", Assert.Single(refused.Violations).Field);
    }

    [Fact]
    public async Task An_address_with_a_path_is_refused_because_every_link_would_be_a_dead_one()
    {
        var described = Samples.Chapter();
        described.Address = "https://paris.example.org/node";

        var refused = Assert.IsType<ChapterResult.Refused>(await Chapter.Update(described, Actor.Operator));

        Assert.Equal(("address", "ADDRESS_PATH"), (refused.Violations.Single().Field, refused.Violations.Single().Reason));
        Assert.Null(node.Get<ChapterDirectory>().OwnAddress);
    }

    [Fact]
    public async Task The_same_description_again_appends_nothing_and_the_address_follows()
    {
        var described = Samples.Chapter();
        described.Address = "https://paris.example.org";
        Assert.IsType<ChapterResult.Done>(await Chapter.Update(described, Actor.Operator));
        Assert.Equal("https://paris.example.org", node.Get<NodeLocation>().Public);
        var size = node.Files.Register.Find(node.Files.Own.Journal)!.Size;

        await Chapter.Update(described, Actor.Operator);
        Assert.Equal(size, node.Files.Register.Find(node.Files.Own.Journal)!.Size);
        await Chapter.Update(Samples.Chapter(), Actor.Operator);

        Assert.Null(node.Get<ChapterDirectory>().OwnAddress);
    }
}
