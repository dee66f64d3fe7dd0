using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>The parts of the node that every session uses.</summary>
internal sealed record PeerSessionParts(
    NodeKey Key,
    NodeDatabase Database,
    JournalRegister Register,
    JournalReader Reader,
    ReplicaJournals Replicas,
    JournalIntake Intake,
    JournalFeed Feed,
    JournalOpening Opening,
    NodeInstance Instance,
    RunTwice RunTwice,
    PeerInvitations Invitations,
    IGrainFactory Grains,
    TimeProvider Time,
    ILogger<PeerSession> Logger);
