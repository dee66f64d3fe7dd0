using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>The chapter itself: the only writer of its description. Its key is 0.</summary>
[Alias("chapter")]
public interface IChapterGrain : IGrainWithIntegerKey
{
    /// <summary>Names the chapter and makes its first admin, once; uses the set-up link up in the same transaction.</summary>
    /// <param name="linkSecret">Secret of the set-up link; null when the operator's token stands in for it.</param>
    /// <param name="chapter">The chapter.</param>
    /// <param name="adminName">How the first admin is called; 1 to 100 characters.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    [Alias("set-up")]
    Task<SetUpResult> SetUp(string? linkSecret, ChapterRecord chapter, string adminName, CancellationToken cancellationToken = default);

    /// <summary>Publishes a new description. Admins.</summary>
    [Alias("update")]
    Task<ChapterResult> Update(ChapterRecord chapter, Actor actor, CancellationToken cancellationToken = default);
}

/// <summary>What came of setting up.</summary>
[GenerateSerializer, Immutable, Alias("set-up-result")]
public abstract record SetUpResult
{
    private SetUpResult()
    {
    }

    /// <summary>The node is set up.</summary>
    /// <param name="AdminId">The first admin.</param>
    [GenerateSerializer, Immutable, Alias("set-up-done")]
    public sealed record Done([property: Id(0)] Guid AdminId) : SetUpResult;

    /// <summary>Another did it before.</summary>
    [GenerateSerializer, Immutable, Alias("set-up-already")]
    public sealed record AlreadySetUp : SetUpResult;

    /// <summary>The link is unknown or used.</summary>
    [GenerateSerializer, Immutable, Alias("set-up-bad-link")]
    public sealed record LinkRefused : SetUpResult;

    /// <summary>The description breaks rules.</summary>
    [GenerateSerializer, Immutable, Alias("set-up-refused")]
    public sealed record Refused([property: Id(0)] IReadOnlyList<RuleViolation> Violations) : SetUpResult;
}

/// <summary>What came of changing the chapter's description.</summary>
[GenerateSerializer, Immutable, Alias("chapter-result")]
public abstract record ChapterResult
{
    private ChapterResult()
    {
    }

    /// <summary>It is published.</summary>
    [GenerateSerializer, Immutable, Alias("chapter-done")]
    public sealed record Done : ChapterResult;

    /// <summary>It breaks rules.</summary>
    [GenerateSerializer, Immutable, Alias("chapter-refused")]
    public sealed record Refused([property: Id(0)] IReadOnlyList<RuleViolation> Violations) : ChapterResult;

    /// <summary>The actor is no admin.</summary>
    [GenerateSerializer, Immutable, Alias("chapter-forbidden")]
    public sealed record Forbidden : ChapterResult;
}
