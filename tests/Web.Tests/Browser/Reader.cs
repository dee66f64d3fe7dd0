using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>Who reads the pages, and on what.</summary>
/// <param name="Language">Which language her browser asks for.</param>
/// <param name="Width">Width of her window in CSS pixels.</param>
/// <param name="Scripts">Her browser runs scripts.</param>
/// <param name="Scheme">Light or dark.</param>
public sealed record Reader(string Language = "en", int Width = Reader.Desk, bool Scripts = true, ColorScheme Scheme = ColorScheme.Light)
{
    /// <summary>A telephone.</summary>
    public const int Phone = 390;

    /// <summary>A laptop.</summary>
    public const int Desk = 1280;
}
