using System.Text.Json.Serialization;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Where a running node answers; the content of <c>node.json</c>.</summary>
/// <param name="Urls">The addresses it listens on, with the ports it was given.</param>
/// <param name="ProcessId">The process.</param>
public sealed record NodeAddress(
    [property: JsonPropertyName("urls")] IReadOnlyList<string> Urls,
    [property: JsonPropertyName("pid")] int ProcessId);

/// <summary>How <see cref="NodeAddress"/> is read and written, without reflection.</summary>
[JsonSerializable(typeof(NodeAddress))]
internal sealed partial class NodeAddressJson : JsonSerializerContext;
