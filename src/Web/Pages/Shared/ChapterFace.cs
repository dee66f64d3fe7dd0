using Microsoft.AspNetCore.Html;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// The face by which people recognise a chapter: drawn from its key, so that every node draws the same one and
/// nobody uploads a logo. Its eyes are an "o" and an "i", its mouth is a "u". Decoration only: the chapter's name always
/// stands beside it, so it is hidden from screen readers.
/// </summary>
internal static class ChapterFace
{
    // All shapes live in a box of 32 by 32; faces are stroked by .face in parts.css.
    private static readonly string[] Heads =
    [
        "M16 1a15 15 0 1 0 0 30 15 15 0 0 0 0-30z",
        "M16 1c12 0 15 3 15 15s-3 15-15 15S1 28 1 16 4 1 16 1z",
        "M16 1c3.5 0 4.3 2.2 7 3.3s5.4.8 6.7 4.2-1 4.8-1 7.5 2.3 4.2 1 7.5-4 3.1-6.7 4.2S19.5 31 16 31s-4.3-2.2-7-3.3-5.4-.8-6.7-4.2"
            + " 1-4.8 1-7.5-2.3-4.2-1-7.5S6.3 5.4 9 4.3 12.5 1 16 1z",
        "M2 31V15a14 14 0 0 1 28 0v16z",
        "M1 1h15a15 15 0 1 1-15 15z",
        "M31 1v15A15 15 0 1 1 16 1z",
    ];

    private static readonly string[] LeftEyes =
        ["M10 11.5a1.2 1.2 0 1 0 .01 0z", "M10 10a2.4 2.4 0 1 0 .01 0z", "M10 10.5v4", "M7.5 13.2q2.5-3 5 0", "M7.8 12.5h4.4"];

    private static readonly string[] RightEyes =
        ["M22 11.5a1.2 1.2 0 1 0 .01 0z", "M22 10a2.4 2.4 0 1 0 .01 0z", "M22 10.5v4", "M19.5 13.2q2.5-3 5 0", "M19.8 12.5h4.4"];

    private static readonly string[] Mouths =
        ["M10.5 18v1.5a5.5 5.5 0 0 0 11 0V18", "M10 19.5q6 6.5 12 0", "M11 21.5q6 2 10-2.5", "M10.5 19h11a5.5 5.5 0 0 1-11 0z"];

    private const int Colours = 6;

    /// <summary>Draws the face of a chapter.</summary>
    /// <param name="key">The chapter's public key, at least 5 bytes; a key is uniform, so its first bytes choose the parts.</param>
    /// <param name="size">Nothing, "m", "l" or "xl": the class face-m and so on.</param>
    public static IHtmlContent Draw(ReadOnlySpan<byte> key, string? size = null) =>
        Draw(key[0] % Heads.Length, key[1] % Colours, key[2] % LeftEyes.Length, key[3] % RightEyes.Length, key[4] % Mouths.Length, size);

    /// <summary>Draws a face of chosen parts, for pages without a chapter.</summary>
    public static IHtmlContent Draw(int head, int colour, int leftEye, int rightEye, int mouth, string? size = null) =>
        new HtmlString($"""<svg class="face face-{colour}{(size is null ? "" : $" face-{size}")}" viewBox="0 0 32 32" aria-hidden="true"><path d="{Heads[head]}"/><path d="{LeftEyes[leftEye]}{RightEyes[rightEye]}{Mouths[mouth]}"/></svg>""");
}
