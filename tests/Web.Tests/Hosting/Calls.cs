using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>Calls over gRPC as bytes on HTTP/2, so that a test can send what no client would.</summary>
internal static class Calls
{
    /// <summary>A call with one message of any bytes.</summary>
    public static HttpRequestMessage Make(string method, string? token, ReadOnlySpan<byte> message)
    {
        // A byte that says "not compressed", four of length, the message.
        var framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed.AsSpan(5));
        var request = new HttpRequestMessage(HttpMethod.Post, "/ouishare.federation.v1." + method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(framed) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.ParseAdd("trailers");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    /// <summary>Sends a call and reads how it ended: the gRPC status, and its sentence.</summary>
    public static async Task<(string Status, string Sentence)> EndAsync(this HttpClient client, HttpRequestMessage call)
    {
        using var answer = await client.SendAsync(call);
        await answer.Content.ReadAsByteArrayAsync();
        return (Read("grpc-status"), Uri.UnescapeDataString(Read("grpc-message")));

        string Read(string name) =>
            answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values) ? values.Single() : $"(HTTP {(int)answer.StatusCode})";
    }
}
