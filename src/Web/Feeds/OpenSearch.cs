using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Mvc;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Feeds;

/// <summary>Tells browsers how this node is searched from their address bar (OpenSearch 1.1, https://github.com/dewitt/opensearch).</summary>
internal static class OpenSearch
{
    private const string Namespace = "http://a9.com/-/spec/opensearch/1.1/";

    // Longer ones are not shown (OpenSearch 1.1, "ShortName").
    private const int NameLength = 16;

    /// <summary>Answers with the description.</summary>
    public static async Task WriteAsync(HttpContext context, [FromServices] ChapterDirectory chapters, [FromServices] NodeLocation location, [FromServices] Wording say)
    {
        var name = VisibleText.Of(chapters.NameOf(chapters.Own));
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartElement("OpenSearchDescription", Namespace);
            xml.WriteElementString("ShortName", Namespace, name.Length <= NameLength ? name : VisibleText.Of(name[..NameLength]));
            xml.WriteElementString("Description", Namespace, $"{say["search.events"].Value} · {name}");
            xml.WriteElementString("InputEncoding", Namespace, "UTF-8");
            WriteAddress(xml, "text/html", location.Link("/search?q={searchTerms}"));
            WriteAddress(xml, "application/atom+xml", location.Link("/search.atom?q={searchTerms}"));
            WriteAddress(xml, "text/calendar", location.Link("/search.ics?q={searchTerms}"));
            xml.WriteEndElement();
        }

        context.Response.ContentType = "application/opensearchdescription+xml; charset=utf-8";
        await context.Response.BodyWriter.WriteAsync(stream.ToArray(), context.RequestAborted);
    }

    private static void WriteAddress(XmlWriter xml, string type, string template)
    {
        xml.WriteStartElement("Url", Namespace);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("template", template);
        xml.WriteEndElement();
    }
}
