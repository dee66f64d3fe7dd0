using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Connection;

/// <summary>The node's lists, all pages of them.</summary>
internal static class NodeLists
{
    /// <summary>Every peer, as the node orders them.</summary>
    public static async Task<List<Peer>> ListAllPeersAsync(this NodeSession node, CancellationToken cancellation)
    {
        List<Peer> peers = [];
        var token = "";
        for (var page = 0; page < Limits.Pages; page++)
        {
            var answer = await node.Client.ListPeersAsync(new ListPeersRequest { PageToken = token }, node.Call(cancellation));
            peers.AddRange(answer.Peers);
            token = answer.NextPageToken;
            if (token.Length == 0)
                break;
        }

        return peers;
    }

    /// <summary>Every journal, as the node orders them.</summary>
    public static async Task<List<Journal>> ListAllJournalsAsync(this NodeSession node, CancellationToken cancellation)
    {
        List<Journal> journals = [];
        var token = "";
        for (var page = 0; page < Limits.Pages; page++)
        {
            var answer = await node.Client.ListJournalsAsync(new ListJournalsRequest { PageToken = token }, node.Call(cancellation));
            journals.AddRange(answer.Journals);
            token = answer.NextPageToken;
            if (token.Length == 0)
                break;
        }

        return journals;
    }

    /// <summary>Every record that was set aside, the newest first.</summary>
    public static async Task<List<SetAsideRecord>> ListAllSetAsideAsync(this NodeSession node, CancellationToken cancellation)
    {
        List<SetAsideRecord> records = [];
        var token = "";
        for (var page = 0; page < Limits.Pages; page++)
        {
            var answer = await node.Client.ListSetAsideAsync(new ListSetAsideRequest { PageToken = token }, node.Call(cancellation));
            records.AddRange(answer.Records);
            token = answer.NextPageToken;
            if (token.Length == 0)
                break;
        }

        return records;
    }
}
