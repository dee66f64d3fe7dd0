using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>The digests of what each side holds: the first thing that both say after admission.</summary>
internal sealed class Digests
{
    private Hash? _ours;
    private Hash? _theirs;

    /// <summary>The peer's was heard.</summary>
    public bool IsTheirsHeard => _theirs is not null;

    /// <summary>Whether both hold the same; null until both are known.</summary>
    public bool? AreEqual => _ours is { } ours && _theirs is { } theirs ? ours == theirs : null;

    /// <summary>Ours, as the message that tells it.</summary>
    public Effect.Send Make(IReadOnlyCollection<JournalHead> held)
    {
        var digest = FrontierDigest.Of(held);
        _ours = digest;
        return new Effect.Send(new SyncMessage { Checkpoints = new Checkpoints { FrontierDigest = ByteString.CopyFrom(digest.Bytes) } });
    }

    /// <summary>The peer's. Null, or a sentence that says which rule it broke.</summary>
    public string? Hear(Checkpoints message)
    {
        if (message.Journals.Count > 0 || message.Complete || !Hash.TryFromBytes(message.FrontierDigest.Span, out var digest))
            return "Your first Checkpoints message was not your frontier digest alone.";
        _theirs = digest;
        return null;
    }
}
