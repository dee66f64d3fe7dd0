using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OuiShare.Federation.Node.Tests.Mail;

/// <summary>
/// A mail server on a free port of the loopback, which speaks as much ESMTP (RFC 5321, STARTTLS of RFC 3207) as a test scripts, and keeps what it
/// was told. It takes one conversation after another.
/// </summary>
internal sealed class ScriptedMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;
    private readonly List<string> _mails = [];

    public ScriptedMailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The first line it says; null: it never says anything.</summary>
    public string? Greeting { get; init; } = "220 mail.test ESMTP";

    /// <summary>What it offers after EHLO beside its name.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Its certificate, when it offers STARTTLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Answers that differ from "250 OK", by the beginning of the command.</summary>
    public IReadOnlyDictionary<string, string> Answers { get; init; } = new Dictionary<string, string>();

    /// <summary>Commands as they came, in order.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>The mail as it came, headers and body; empty: none did.</summary>
    public string Mail { get; private set; } = "";

    /// <summary>All mails so far, the newest last.</summary>
    public IReadOnlyList<string> Mails
    {
        get
        {
            lock (_mails)
                return [.. _mails];
        }
    }

    /// <summary>Completes when somebody connected.</summary>
    public Task Called => _called.Task;

    /// <summary>A certificate that nobody vouches for.</summary>
    public static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    public async ValueTask DisposeAsync()
    {
        // A test may close it in the midst, to see what becomes of mails then.
        if (_over.IsCancellationRequested)
            return;
        await _over.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var caller = await _listener.AcceptTcpClientAsync(_over.Token);
            _called.TrySetResult();
            try
            {
                await ConverseAsync(caller.GetStream());
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The caller hung up, as it does with a server it does not trust.
            }
        }
    }

    private async Task ConverseAsync(Stream stream)
    {
        if (Greeting is null)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _over.Token);
        await SayAsync(stream, Greeting!);
        while (await HearAsync(stream) is { } command)
        {
            Commands.Add(command);
            if (Answers.FirstOrDefault(answer => command.StartsWith(answer.Key, StringComparison.OrdinalIgnoreCase)) is { Key: not null } scripted)
            {
                await SayAsync(stream, scripted.Value);
                continue;
            }

            switch (command.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    string[] offered = ["mail.test", .. Extensions, .. Certificate is null || stream is SslStream ? Array.Empty<string>() : ["STARTTLS"]];
                    await SayAsync(stream, string.Join("\r\n", offered.Select((line, i) => $"250{(i < offered.Length - 1 ? '-' : ' ')}{line}")));
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 Go ahead");
                    var secured = new SslStream(stream);
                    await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _over.Token);
                    stream = secured;
                    break;
                case "DATA":
                    await SayAsync(stream, "354 End with a dot");
                    await TakeMailAsync(stream);
                    await SayAsync(stream, "250 Taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 Bye");
                    return;
                default:
                    await SayAsync(stream, "250 OK");
                    break;
            }
        }
    }

    private async Task TakeMailAsync(Stream stream)
    {
        var mail = new StringBuilder();
        while (await HearAsync(stream) is { } line && line != ".")
            mail.AppendLine(line.StartsWith('.') ? line[1..] : line);
        Mail = mail.ToString();
        lock (_mails)
            _mails.Add(Mail);
    }

    private async Task SayAsync(Stream stream, string line)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _over.Token);
        await stream.FlushAsync(_over.Token);
    }

    // Byte by byte: a reader that takes more would swallow the beginning of TLS.
    private async Task<string?> HearAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _over.Token) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }
}
