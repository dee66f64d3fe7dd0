using Google.Protobuf;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>What the disk and the database may do to a call, each with a stable reason and a sentence. Anything else is a mistake of this program.</summary>
internal static class EnvironmentFailures
{
    private const string Verify = "Run \"ouishare verify\": it says what is concerned and what to do.";

    /// <summary>How a failure of the environment is answered; null: it is none.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="folder">The data folder.</param>
    public static (StatusCode Code, ErrorReason Reason, string Sentence)? Find(Exception e, string folder) => e switch
    {
        StorageUnavailableException { IsDiskFull: true } => (StatusCode.Unavailable, ErrorReason.DiskFull, e.Message),
        StorageUnavailableException => (StatusCode.Unavailable, ErrorReason.StorageUnavailable, e.Message),
        JournalNotOpenException => (StatusCode.Unavailable, ErrorReason.JournalNotOpen, e.Message),
        DamagedDataException => (StatusCode.DataLoss, ErrorReason.DataDamaged, e.Message),
        _ when FullDisk.IsShownBy(e) => (StatusCode.Unavailable, ErrorReason.DiskFull, FullDisk.Refusal(folder, e).Message),
        SqliteException malformed when DatabaseDamage.IsMalformed(malformed) =>
            (StatusCode.DataLoss, ErrorReason.DataDamaged, $"A part of this node's database in {folder} is damaged ({DatabaseDamage.Reason(e)}). {Verify}"),
        // A message that was stored and cannot be parsed; one that came by the wire is refused before any call.
        InvalidProtocolBufferException or InvalidDataException =>
            (StatusCode.DataLoss, ErrorReason.DataDamaged, $"A part of what this node keeps in {folder} is damaged ({DatabaseDamage.Reason(e)}). {Verify}"),
        SqliteException => (StatusCode.Unavailable, ErrorReason.StorageUnavailable,
            $"The node's database in {folder} cannot be used just now ({DatabaseDamage.Reason(e)}). Look at its disk and at the rights of its files, then try again."),
        UnauthorizedAccessException => (StatusCode.Unavailable, ErrorReason.StorageUnavailable,
            $"The node may not read or write one of its files ({DatabaseDamage.Reason(e)}). Give {folder} and all in it to the user the node runs as, then try again."),
        IOException => (StatusCode.Unavailable, ErrorReason.StorageUnavailable,
            $"The node could not read or write one of its files ({DatabaseDamage.Reason(e)}). Look at the disk that holds {folder}, then try again."),
        _ => null,
    };
}
