using Microsoft.Playwright;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>One headless browser: the system's own Chromium, so that nothing has to be downloaded. Each visit is a profile of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>How the package of Debian, and that of Ubuntu, call the program.</summary>
    private static readonly string[] Names = ["chromium", "chromium-browser"];

    /// <summary>As long as a page may take on a machine that is busy with other tests, milliseconds.</summary>
    private const float Patience = 30_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>Starts the browser.</summary>
    /// <exception cref="InvalidOperationException">There is none: the tests fail, because pages that nobody looked at prove nothing.</exception>
    public static async Task<Chromium> StartAsync()
    {
        var program = Find() ?? throw new InvalidOperationException(
            $"The browser tests need Chromium: {string.Join(" or ", Names)} in PATH. `tests/run` installs it; by hand: apt-get install chromium.");
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            // Chromium's own sandbox refuses to run for root, as whom CI runs.
            ChromiumSandbox = false,
            Args = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        }));
    }

    /// <summary>Lets a reader visit a node, and asserts afterwards that nothing went wrong behind the pages.</summary>
    /// <param name="node">The node's address.</param>
    /// <param name="reader">Who visits.</param>
    /// <param name="path">What she does.</param>
    /// <param name="signedIn">Cookies of a person who is signed in; null: a visitor.</param>
    public async Task VisitAsync(Uri node, Reader reader, Func<Visit, Task> path, string? signedIn = null)
    {
        await using var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = node.ToString(),
            Locale = reader.Language,
            ViewportSize = new ViewportSize { Width = reader.Width, Height = 800 },
            JavaScriptEnabled = reader.Scripts,
            ColorScheme = reader.Scheme,
            // Colours are measured as they end, not on their way.
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = signedIn,
        });
        context.SetDefaultTimeout(Patience);
        var visit = new Visit(await context.NewPageAsync(), node, reader);

        await path(visit);

        Visit.AssertNone(visit.Faults);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
