using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace OuiShare.Federation.Cli.Output;

/// <summary>
/// A message as JSON for scripts. Every field is always there, under its name in operator.proto: counts are numbers, times are RFC 3339 in
/// UTC, durations are seconds, states are lower-case words without their prefix, an absent time, duration or message is null.
/// </summary>
/// <remarks>
/// Not protobuf's own JSON: that one writes 64-bit counts as text, durations as "3s" and leaves absent fields out, each a trap for
/// <c>jq '.peers[] | select(.behind_entries > 0)'</c>.
/// </remarks>
internal static class MessageJson
{
    /// <summary>Writes what <paramref name="write"/> says as one JSON text: indented for eyes, or on one line for streams of them.</summary>
    public static string Text(Action<Utf8JsonWriter> write, bool isIndented = true)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Writes the message, or null.</summary>
    public static void Write(Utf8JsonWriter json, IMessage? message)
    {
        switch (message)
        {
            case null:
                json.WriteNullValue();
                break;
            case Timestamp time:
                json.WriteStringValue(time.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
                break;
            case Duration duration:
                json.WriteNumberValue((decimal)duration.Seconds + duration.Nanos / 1_000_000_000m);
                break;
            default:
                json.WriteStartObject();
                WriteFields(json, message);
                json.WriteEndObject();
                break;
        }
    }

    /// <summary>Writes the fields of a message into the object that is open, so that more can stand beside them.</summary>
    public static void WriteFields(Utf8JsonWriter json, IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            json.WritePropertyName(field.Name);
            var value = field.Accessor.GetValue(message);
            if (!field.IsRepeated)
            {
                WriteValue(json, field, value);
                continue;
            }

            json.WriteStartArray();
            foreach (var item in (System.Collections.IList)value)
                WriteValue(json, field, item);
            json.WriteEndArray();
        }
    }

    private static void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case IMessage message:
                Write(json, message);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool yes:
                json.WriteBooleanValue(yes);
                break;
            case ByteString bytes:
                json.WriteBase64StringValue(bytes.Span);
                break;
            case System.Enum state:
                json.WriteStringValue(StateName(field.EnumType, Convert.ToInt32(state, CultureInfo.InvariantCulture)));
                break;
            default:
                json.WriteNumberValue(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>PEER_STATE_UP_TO_DATE becomes "up_to_date"; a number this program does not know stays a number.</summary>
    private static string StateName(EnumDescriptor type, int number)
    {
        if (type.FindValueByNumber(number)?.Name is not { } name)
            return number.ToString(CultureInfo.InvariantCulture);
        var prefix = type.FindValueByNumber(0).Name.Replace("UNSPECIFIED", "", StringComparison.Ordinal);
        return (name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name).ToLowerInvariant();
    }
}
