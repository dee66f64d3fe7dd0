using System.Security.Cryptography;
using System.Text;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Who may read the node's figures and the details of its health: whoever sends the operator's token, or the one for monitors.</summary>
/// <remarks>
/// Where a call comes from proves nothing: a forwarder on this machine (a tunnel, a proxy without its usual headers) calls from loopback for
/// strangers. The token for monitors opens nothing else, so Prometheus need not hold the one that operates the node.
/// </remarks>
internal sealed class MonitorToken
{
    /// <summary>Shortest token taken from a file: 20 characters of any kind cannot be guessed over a network.</summary>
    private const int ShortestToken = 20;

    private readonly byte[][] _tokens;

    private MonitorToken(params IEnumerable<string> tokens) => _tokens = [.. tokens.Select(token => Encoding.UTF8.GetBytes("Bearer " + token))];

    /// <summary>Reads the token for monitors, if the settings name one.</summary>
    /// <exception cref="StartRefusedException">Its file is missing, unreadable, or holds none.</exception>
    public static MonitorToken Read(NodeOptions options, DataFolder folder)
    {
        if (options.MetricsTokenFile is not { Length: > 0 } path)
            return new MonitorToken(folder.OperatorToken);
        try
        {
            var token = File.ReadAllText(path).Trim();
            if (token.Length < ShortestToken || token.Any(char.IsWhiteSpace))
            {
                throw new StartRefusedException(
                    $"{path}, which the setting Node:MetricsTokenFile names, holds no token: it should be one line of {ShortestToken} characters or more, such as the output of: openssl rand -hex 32.",
                    ExitCodes.BadSetting);
            }

            return new MonitorToken(folder.OperatorToken, token);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartRefusedException(
                $"The user {Environment.UserName} may not read {path}, which the setting Node:MetricsTokenFile names.", ExitCodes.NoPermission, e);
        }
    }

    /// <summary>Whether a request carries one of the tokens.</summary>
    public static bool IsIn(HttpContext context)
    {
        var sent = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        return context.RequestServices.GetRequiredService<MonitorToken>()._tokens.Any(token => CryptographicOperations.FixedTimeEquals(sent, token));
    }
}
