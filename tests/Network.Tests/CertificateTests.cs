using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>A node that does https itself, and the operator's tool on its machine, which calls it under a name that its certificate does not bear.</summary>
public sealed class CertificateTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-tls-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("OUISHARE_KESTREL__CERTIFICATES__DEFAULT__PATH", "OUISHARE_KESTREL__CERTIFICATES__DEFAULT__KEY_PATH")]
    [InlineData("Kestrel__Certificates__Default__Path", "Kestrel__Certificates__Default__KeyPath")]
    public async Task The_tool_works_with_a_node_whose_certificate_bears_its_public_name_alone(string pathVariable, string keyVariable)
    {
        var (certificate, key) = MakeCertificate();
        var folder = Path.Combine(_folder.FullName, "data");
        var start = Programs.StartOfWeb("--data", folder, "--urls", "https://127.0.0.1:0", "--stop-with-parent");
        (start.Environment[pathVariable], start.Environment[keyVariable]) = (certificate, key);
        using var node = Process.Start(start)!;
        var lines = new ProcessLines();
        lines.Listen(node);
        await Wait.UntilAsync("the node has started", () => Task.FromResult(File.Exists(Path.Combine(folder, "node.json")) ? null : lines.Tail(5)), Waits.Start);

        var status = await OuiShareAsync("status", "--data", folder);
        var backup = await OuiShareAsync("backup", "--data", folder, Path.Combine(_folder.FullName, "node.backup"));
        node.StandardInput.Close();
        await node.WaitForExitAsync();

        Assert.Equal((0, ""), status);
        Assert.Equal(0, backup.Code);
        Assert.True(new FileInfo(Path.Combine(_folder.FullName, "node.backup")).Length > 0);
    }

    private async Task<(int Code, string Error)> OuiShareAsync(params IEnumerable<string> arguments)
    {
        using var tool = Process.Start(new ProcessStartInfo("dotnet", [Programs.Cli, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (said, complained) = (tool.StandardOutput.ReadToEndAsync(), tool.StandardError.ReadToEndAsync());
        await tool.WaitForExitAsync();
        output.WriteLine(await said + await complained);
        return (tool.ExitCode, await complained);
    }

    private (string Certificate, string Key) MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=paris.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var (certificatePath, keyPath) = (Path.Combine(_folder.FullName, "node.pem"), Path.Combine(_folder.FullName, "node.key.pem"));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }
}
