using System.Text.Json.Serialization;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Where a running node answers; the content of <c>node.json</c>.</summary>
/// <param name="Urls">The addresses it listens on, with the ports it was given.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="Certificates">
/// SHA-256 of each certificate that it shows at its https addresses, in lower-case hexadecimal digits; null when it speaks no https. A program
/// on this machine calls the loopback address, which no certificate names; it knows the node by this instead.
/// </param>
public sealed record NodeAddress(
    [property: JsonPropertyName("urls")] IReadOnlyList<string> Urls,
    [property: JsonPropertyName("pid")] int ProcessId,
    [property: JsonPropertyName("certificates"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Certificates = null);

/// <summary>How <see cref="NodeAddress"/> is read and written, without reflection.</summary>
[JsonSerializable(typeof(NodeAddress))]
internal sealed partial class NodeAddressJson : JsonSerializerContext;
