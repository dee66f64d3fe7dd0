using Google.Protobuf;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>Decides every change of the chapter's description.</summary>
internal sealed class ChapterGrain(OwnJournal journal, MemberLinks links, TimeProvider time) : Grain, IChapterGrain
{
    public async Task<SetUpResult> SetUp(string? linkSecret, ChapterRecord chapter, string adminName, CancellationToken cancellationToken = default)
    {
        var violations = Check(chapter).Concat(MemberRules.Check(new MemberRecord { Name = adminName })).ToList();
        if (violations.Count > 0)
            return new SetUpResult.Refused(violations);

        var now = time.GetUtcNow();
        var admin = MemberDirectory.NewAccount(adminName, Role.Admin, mail: null, [.. chapter.Languages], now);
        return await journal.WriteAsync(
            SetUpResult (session, own) =>
            {
                if (NodeSettings.Read(session, NodeSettings.SetUpAt) is not null)
                    return new SetUpResult.AlreadySetUp();
                if (linkSecret is not null && links.Take(session, linkSecret, LinkPurpose.SetUp) is null)
                    return new SetUpResult.LinkRefused();

                NodeSettings.Write(session, NodeSettings.SetUpAt, now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
                session.Execute("DELETE FROM member_links WHERE purpose = 'setup'");
                if (chapter.Address.Length > 0)
                    NodeSettings.Write(session, NodeSettings.Address, chapter.Address);
                MemberTable.Insert(session, admin);
                own.Append(Draft(own, chapter));
                return new SetUpResult.Done(admin.Id);
            },
            cancellationToken);
    }

    public async Task<ChapterResult> Update(ChapterRecord chapter, Actor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.Is(Role.Admin))
            return new ChapterResult.Forbidden();
        var violations = Check(chapter);
        if (violations.Count > 0)
            return new ChapterResult.Refused(violations);

        return await journal.WriteAsync(
            ChapterResult (session, own) =>
            {
                if (chapter.Address.Length > 0)
                    NodeSettings.Write(session, NodeSettings.Address, chapter.Address);
                else
                    NodeSettings.Remove(session, NodeSettings.Address);
                var stored = JournalReader.FindRecord(session, own.Origin, RecordKind.Chapter, RecordId.Zero);
                if (stored?.Body is not { } body || !ChapterRecord.Parser.ParseFrom(body).Equals(chapter))
                    own.Append(Draft(own, chapter));
                return new ChapterResult.Done();
            },
            cancellationToken);
    }

    // Only what this node publishes: a record of another may say more, and is left as it is.
    private static IReadOnlyList<RuleViolation> Check(ChapterRecord chapter) =>
        PublicUrl.Check("address", chapter.Address) is { } violation ? [.. ChapterRules.Check(chapter), violation] : ChapterRules.Check(chapter);

    private static EntryDraft Draft(OwnJournal own, ChapterRecord chapter) => new(RecordKind.Chapter, RecordId.Zero, own.NewBody(chapter.ToByteArray()));
}
