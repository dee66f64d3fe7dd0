namespace OuiShare.Federation.Node.Storage;

/// <summary>
/// Takes part in every group commit on the writer's thread: the journal signs one checkpoint for all appends of a group this way.
/// </summary>
internal interface IGroupParticipant
{
    /// <summary>One piece of work succeeded: write what it left pending.</summary>
    void WorkDone(DatabaseSession session);

    /// <summary>One piece of work failed: forget what it left pending.</summary>
    void WorkFailed();

    /// <summary>All work of the group is done; the commit follows.</summary>
    void BeforeCommit(DatabaseSession session);

    /// <summary>The group is on disk.</summary>
    void AfterCommit();

    /// <summary>The group was rolled back: forget it and read state again.</summary>
    void Abandoned(DatabaseSession session);
}
