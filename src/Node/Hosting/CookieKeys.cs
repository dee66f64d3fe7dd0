using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Keeps the keys that protect cookies in the node's data folder.</summary>
public static class CookieKeys
{
    /// <summary>Keeps them there, whole and on disk before the first cookie is made with one.</summary>
    public static IDataProtectionBuilder PersistKeysTo(this IDataProtectionBuilder builder, DataFolder folder)
    {
        builder.Services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new Durable(folder.KeysPath));
        return builder;
    }

    /// <summary>
    /// The framework's own repository writes a key without waiting for the disk: a power cut within half a minute left an empty file, and a node
    /// that refused to start.
    /// </summary>
    private sealed class Durable(string folder) : FileSystemXmlRepository(new DirectoryInfo(folder), NullLoggerFactory.Instance)
    {
        public override void StoreElement(XElement element, string friendlyName) =>
            // The framework names them key-GUID and revocation-TIME; no other name reaches this.
            DurableFile.Write(Path.Combine(folder, Path.GetFileName(friendlyName) + ".xml"), new XDocument(element).ToString());
    }
}
