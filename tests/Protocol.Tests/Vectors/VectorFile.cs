using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OuiShare.Federation.Protocol.Tests.Vectors;

/// <summary>
/// One file of <c>tests/vectors</c>: what it is about, and a list of cases, each with <c>valid</c> and a <c>reason</c> in words, so
/// that a node in another language can be held against the same cases.
/// </summary>
internal static class VectorFile
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The cases of a file.</summary>
    public static IEnumerable<JsonObject> Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path(name)))!["vectors"]!.AsArray().Select(node => node!.AsObject());

    /// <summary>Fails when the file is not what this program would write. FEDERATION_WRITE_VECTORS=1 writes it.</summary>
    public static void IsAsWritten(string name, string about, IEnumerable<JsonObject> vectors)
    {
        var json = new JsonObject { ["about"] = about, ["vectors"] = new JsonArray([.. vectors]) }.ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("FEDERATION_WRITE_VECTORS") == "1")
            File.WriteAllText(Path(name), json);
        Assert.Equal(File.ReadAllText(Path(name)), json);
    }

    public static byte[] Bytes(this JsonObject vector, string field) => Convert.FromHexString(vector.Text(field));

    public static string Text(this JsonObject vector, string field) => vector[field]!.GetValue<string>();

    public static ulong Number(this JsonObject vector, string field) => vector[field]!.GetValue<ulong>();

    public static bool IsValid(this JsonObject vector) => vector["valid"]!.GetValue<bool>();

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    // Deterministic builds map source paths, so the folder is found from where the test runs.
    private static string Path(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var vectors = System.IO.Path.Combine(folder.FullName, "tests", "vectors");
            if (Directory.Exists(vectors))
                return System.IO.Path.Combine(vectors, name + ".json");
        }

        throw new DirectoryNotFoundException("tests/vectors is not above the test's folder.");
    }
}
