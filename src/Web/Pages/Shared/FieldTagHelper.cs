using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// <c>&lt;field of="city" label="City" hint="…" refusal="@Model.Refusals["city"]"&gt;&lt;input class="input"&gt;&lt;/field&gt;</c>: a control with its label
/// above, its hint and its refusal below, and everything tied together for screen readers. The control gets its id, name and ARIA
/// attributes from here.
/// </summary>
[HtmlTargetElement("field", Attributes = "of")]
public sealed class FieldTagHelper : TagHelper
{
    /// <summary>Id and name of the control.</summary>
    public required string Of { get; set; }

    /// <summary>What is asked for.</summary>
    public required string Label { get; set; }

    /// <summary>A few words beside the label; null or empty: none.</summary>
    public string? Aside { get; set; }

    /// <summary>How to answer; null or empty: plain.</summary>
    public string? Hint { get; set; }

    /// <summary>Why the answer was refused; null or empty, as Razor writes null: it was not.</summary>
    public string? Refusal { get; set; }

    /// <summary>The control must be answered.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override void Init(TagHelperContext context) => context.Items[typeof(FieldTagHelper)] = this;

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var control = await output.GetChildContentAsync();
        var (html, encoder) = (output.Content, HtmlEncoder.Default);
        output.TagName = "div";
        output.Attributes.SetAttribute("class", string.IsNullOrEmpty(Refusal) ? "field" : "field field-refused");
        html.AppendHtml($"""<label class="label" for="{Of}">""").Append(Label);
        if (!string.IsNullOrEmpty(Aside))
            html.AppendHtml(""" <span class="hint">""").Append(Aside).AppendHtml("</span>");
        html.AppendHtml("</label>").AppendHtml(control.GetContent(encoder));
        if (!string.IsNullOrEmpty(Hint))
            html.AppendHtml($"""<p class="hint" id="{Of}-hint">""").Append(Hint).AppendHtml("</p>");
        if (!string.IsNullOrEmpty(Refusal))
            html.AppendHtml($"""<p class="refusal" id="{Of}-refusal"><svg class="icon" aria-hidden="true"><use href="/icons.svg#warning"/></svg><span>""").Append(Refusal).AppendHtml("</span></p>");
    }
}

/// <summary>The control inside a <see cref="FieldTagHelper"/>.</summary>
[HtmlTargetElement("input", ParentTag = "field", TagStructure = TagStructure.WithoutEndTag)]
[HtmlTargetElement("select", ParentTag = "field")]
[HtmlTargetElement("textarea", ParentTag = "field")]
public sealed class FieldControlTagHelper : TagHelper
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (!context.Items.TryGetValue(typeof(FieldTagHelper), out var item) || item is not FieldTagHelper field)
            return;

        output.Attributes.SetAttribute("id", field.Of);
        output.Attributes.SetAttribute("name", field.Of);
        if (field.Required)
            output.Attributes.SetAttribute("aria-required", "true");
        if (!string.IsNullOrEmpty(field.Refusal))
            output.Attributes.SetAttribute("aria-invalid", "true");
        var described = string.Join(' ', new[] { string.IsNullOrEmpty(field.Hint) ? null : field.Of + "-hint", string.IsNullOrEmpty(field.Refusal) ? null : field.Of + "-refusal" }.OfType<string>());
        if (described.Length > 0)
            output.Attributes.SetAttribute("aria-describedby", described);
    }
}
