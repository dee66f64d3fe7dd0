namespace OuiShare.Federation.Node.Members;

/// <summary>What a person may do in her chapter. Each role may do all that the ones before it may.</summary>
public enum Role
{
    /// <summary>Anybody: reads what is public.</summary>
    Visitor,

    /// <summary>Belongs to the chapter: answers invitations, proposes events, has a profile.</summary>
    Member,

    /// <summary>Speaks for the chapter: publishes events.</summary>
    Connector,

    /// <summary>Runs the node: peers, members, imports, settings.</summary>
    Admin,
}
