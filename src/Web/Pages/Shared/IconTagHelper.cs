using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// <c>&lt;icon name="search" /&gt;</c>: a sign from wwwroot/icons.svg. Hidden from screen readers, so words always stand
/// beside it.
/// </summary>
[HtmlTargetElement("icon", Attributes = "name", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    /// <summary>Id of the symbol in icons.svg.</summary>
    public required string Name { get; set; }

    /// <summary>One more class, or null.</summary>
    public string? Class { get; set; }

    /// <summary>Set by the framework.</summary>
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        // The published name carries a fingerprint and may be kept for ever by the browser.
        var assets = ViewContext.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>();
        var file = assets is null ? "icons.svg" : assets["icons.svg"];

        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Class is null ? "icon" : "icon " + Class);
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Content.SetHtmlContent($"""<use href="/{file}#{Name}"/>""");
    }
}
