namespace OuiShare.Federation.Node.Peers;

/// <summary>What can be read from a peer's course at one moment: what it is doing, what to do about it, and who is to do it.</summary>
/// <param name="Peer">The peer as it is kept.</param>
/// <param name="Report">How its session stands; null: there is none.</param>
/// <param name="LastEnd">How the last one ended; null: well, or never.</param>
/// <param name="IsCrossing">It ended only because two calls crossed.</param>
/// <param name="HasAddress">It can be called.</param>
/// <param name="Since">Since when it stands as it does.</param>
/// <param name="Now">The moment.</param>
internal sealed record PeerReading(
    PeerRow Peer, PeerReport? Report, PeerEndReason? LastEnd, bool IsCrossing, bool HasAddress, DateTimeOffset Since, DateTimeOffset Now)
{
    /// <summary>What it is doing.</summary>
    public PeerActivity Activity => Peer.State switch
    {
        PeerAdmission.Paused => PeerActivity.Paused,
        PeerAdmission.Blocked => PeerActivity.Blocked,
        _ when Report is { IsOpen: true } => Report.BehindEntries > 0 ? PeerActivity.Syncing : PeerActivity.UpToDate,
        _ when Report is not null => PeerActivity.Connecting,
        _ when LastEnd is PeerEndReason.Refused or PeerEndReason.WrongNode => PeerActivity.Refused,
        _ when !HasAddress => PeerActivity.Waiting,
        _ when IsCrossing => PeerActivity.Connecting,
        _ when LastEnd is not null => PeerActivity.Unreachable,
        _ => PeerActivity.Connecting,
    };

    /// <summary>What the admin can do about it.</summary>
    public PeerAdvice Advice => Activity switch
    {
        PeerActivity.Unreachable => AfterFailure(),
        PeerActivity.Waiting when LastEnd is not null => AfterFailure(),
        PeerActivity.Refused => AfterRefusal(),
        PeerActivity.Paused or PeerActivity.Blocked => PeerAdvice.Resume,
        _ when Report is { Problem: { } problem } => problem.Reason is PeerErrorReason.OverQuota or PeerErrorReason.NoRoom ? PeerAdvice.LookAtLimits : PeerAdvice.LookAtJournals,
        _ when Report is { } report && report.ClockSkew.Duration() > PeerLimits.ClockSkew => PeerAdvice.SetClock,
        _ => PeerAdvice.None,
    };

    /// <summary>Who is to do it: nobody while it may well pass by itself.</summary>
    public PeerActor Actor => Advice switch
    {
        PeerAdvice.None or PeerAdvice.Resume => Activity == PeerActivity.Waiting ? PeerActor.Them : PeerActor.Nobody,
        PeerAdvice.WaitOrAsk => Now - Since < PeerLimits.HealingTime ? PeerActor.Nobody : PeerActor.Them,
        PeerAdvice.AskPeer or PeerAdvice.FixServer => PeerActor.Them,
        _ => PeerActor.Us,
    };

    private PeerAdvice AfterFailure() => Peer.LastError?.Reason switch
    {
        PeerErrorReason.BrokeRules or PeerErrorReason.SaysWeBrokeRules or PeerErrorReason.DoesNotRead => PeerAdvice.Update,
        PeerErrorReason.CertificateExpired or PeerErrorReason.CertificateOfOther or PeerErrorReason.CertificateUntrusted
            or PeerErrorReason.NoTls or PeerErrorReason.NoHttp2 or PeerErrorReason.BodyLimit or PeerErrorReason.HeldBack => PeerAdvice.FixServer,
        PeerErrorReason.NameUnknown or PeerErrorReason.NotANode => PeerAdvice.NewAddress,
        PeerErrorReason.NoNetwork => PeerAdvice.CheckNetwork,
        PeerErrorReason.OverQuota => PeerAdvice.LookAtLimits,
        _ => PeerAdvice.WaitOrAsk,
    };

    private PeerAdvice AfterRefusal() => Peer.LastError?.Reason switch
    {
        PeerErrorReason.SameKey => PeerAdvice.StopCopy,
        PeerErrorReason.NoCommonVersion => PeerAdvice.Update,
        _ when LastEnd is PeerEndReason.WrongNode => PeerAdvice.NewAddress,
        _ when Peer.State == PeerAdmission.Joining => PeerAdvice.NewInvitation,
        _ => PeerAdvice.AskPeer,
    };
}
