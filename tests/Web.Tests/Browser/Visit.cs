using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using IRequest = Microsoft.Playwright.IRequest;

namespace OuiShare.Federation.Web.Tests.Browser;

/// <summary>
/// A reader on a node's pages. Behind her back it notes what no page may ever do: ask another origin, complain on the console, or lack a
/// file.
/// </summary>
public sealed partial class Visit
{
    /// <summary>What axe judges: WCAG 2.2 AA, and what everybody does.</summary>
    private static readonly AxeRunOptions Rules = new()
    {
        // What is well would only be carried about.
        ResultTypes = [ResultType.Violations],
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    };

    private readonly Uri _node;
    private readonly Reader _reader;
    private readonly ConcurrentQueue<string> _faults = new();

    public Visit(IPage page, Uri node, Reader reader)
    {
        (Page, _node, _reader) = (page, node, reader);
        page.Request += (_, request) => NoteOrigin(request);
        page.RequestFailed += (_, request) => NoteFailure(request);
        page.Response += (_, response) => NoteStatus(response);
        page.Console += (_, message) => NoteComplaint(message);
        page.PageError += (_, error) => _faults.Enqueue($"{Page.Url} threw: {error}");
    }

    /// <summary>What she looks at.</summary>
    public IPage Page { get; }

    /// <summary>Status of the page she looks at.</summary>
    public int Status { get; private set; }

    /// <summary>What went wrong behind the pages so far.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Path and query of the page she looks at.</summary>
    public string Path => new Uri(Page.Url).PathAndQuery;

    /// <summary>Opens an address of the node.</summary>
    public async Task GoAsync(string path, int status = 200)
    {
        var answer = await Page.GotoAsync(new Uri(_node, path).ToString());
        Status = answer?.Status ?? throw new InvalidOperationException($"{path} was answered by nothing.");
        Assert.True(Status == status, $"{path} answers {Status} and not {status}: {await Page.InnerTextAsync("main")}");
    }

    /// <summary>Uses a link or a button and waits for the page that answers.</summary>
    public async Task FollowAsync(string selector, int status = 200)
    {
        await WhileLoadingAsync(() => Page.Locator(selector).ClickAsync());
        Assert.True(Status == status, $"{selector} leads to {Path}, which answers {Status} and not {status}: {await Page.InnerTextAsync("main")}");
    }

    /// <summary>Does something that makes the browser open a page, and waits for that page.</summary>
    public async Task WhileLoadingAsync(Func<Task> act)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Page.Load += Loaded;
        await act();
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Page.Load -= Loaded;

        void Loaded(object? sender, IPage page) => loaded.TrySetResult();
    }

    /// <summary>Opens the folded parts of the page, so that what is in them can be reached.</summary>
    public async Task UnfoldAsync(string selector)
    {
        foreach (var fold in await Page.Locator($"{selector}:not([open]) > summary").AllAsync())
            await fold.ClickAsync();
    }

    /// <summary>Asserts that the page can be read by anybody: in its language, without scrolling sideways, and with nothing that axe finds.</summary>
    public async Task LookAsync() => AssertNone(await FindFaultsAsync(withAxe: _reader.Scripts));

    /// <summary>Asserts that there are no faults, and else says all of them.</summary>
    public static void AssertNone(IReadOnlyCollection<string> faults) => Assert.True(faults.Count == 0, string.Join('\n', faults));

    /// <summary>What is wrong with the page, in words.</summary>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(bool withAxe)
    {
        List<string> faults = [];
        var language = await Page.GetAttributeAsync("html", "lang");
        if (language != _reader.Language)
            faults.Add($"{Path} is in {language}, not in {_reader.Language}.");
        if (await Page.Locator("h1").CountAsync() is not 1 and var headings)
            faults.Add($"{Path} has {headings} first headings.");
        if (WordKey().Match(await Page.InnerTextAsync("body")) is { Success: true } key)
            faults.Add($"{Path} shows the key {key.Value} in place of its words in {_reader.Language}.");
        foreach (var form in await Page.Locator("form[method=post]:not(:has(input[name=__RequestVerificationToken]))").AllAsync())
            faults.Add($"{Path} has a form without its token, which the node will refuse: {await form.GetAttributeAsync("action")}");
        if (await WidestAsync() is { Length: > 0 } widest)
            faults.Add($"{Path} scrolls sideways at {_reader.Width} px in {_reader.Language}: {widest}");
        if (withAxe)
        {
            var found = await Page.RunAxe(Rules);
            faults.AddRange(found.Violations.SelectMany(violation => violation.Nodes.Select(node =>
                $"{Path} ({_reader.Width} px, {_reader.Scheme}): {violation.Impact} {violation.Id}, {violation.Help}: {node.Html}")));
        }

        return faults;
    }

    // Empty when nothing is wider than the window; else the elements that are.
    private async Task<string> WidestAsync() => await Page.EvaluateAsync<string>(
        """
        () => document.documentElement.scrollWidth <= window.innerWidth ? '' :
          [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 0.5)
            .slice(0, 5).map(e => e.tagName.toLowerCase() + '.' + e.className + ' ends at ' + Math.round(e.getBoundingClientRect().right)).join(', ')
            || 'the page is ' + document.documentElement.scrollWidth + ' px wide'
        """);

    private void NoteOrigin(IRequest request)
    {
        var address = new Uri(request.Url);
        if (address.Scheme is "http" or "https" or "ws" or "wss" && address.GetLeftPart(UriPartial.Authority) != _node.GetLeftPart(UriPartial.Authority))
            _faults.Enqueue($"{Page.Url} asks another origin: {request.Url}");
    }

    private void NoteFailure(IRequest request)
    {
        // A new page ends what the old one still loaded.
        if (request.Failure != "net::ERR_ABORTED")
            _faults.Enqueue($"{request.Url} failed: {request.Failure}");
    }

    private void NoteStatus(IResponse response)
    {
        if (IsDocument(response.Request))
            Status = response.Status is >= 300 and < 400 ? Status : response.Status;
        else if (response.Status >= 400)
            _faults.Enqueue($"{Page.Url} lacks {response.Url}: {response.Status}");
    }

    private void NoteComplaint(IConsoleMessage message)
    {
        // What a page itself answers is asserted where it is opened.
        var isOfStatus = message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal);
        if (message.Type is "error" or "warning" && !isOfStatus)
            _faults.Enqueue($"{Page.Url} complains: {message.Text}");
    }

    private bool IsDocument(IRequest request) => request.IsNavigationRequest && request.Frame == Page.MainFrame;

    /// <summary>The key of words, such as "event.time.unknown", which is shown where a language lacks the words.</summary>
    [GeneratedRegex(@"(?<![\w./@-])(account|advice|age|cancel|chapter|chapters|coverage|date|day|draft|drafts|event|fetch|form|format|frame|gone|home|import|invitation|join|journal|link|list|lost|maker|members|my|network|peer|place|profile|proof|refused|role|rsvp|rule|search|set-up|settings|sign-in|welcome|withdraw)\.[a-zA-Z-]+(\.[a-z-]+)*(?![\w/@])")]
    private static partial Regex WordKey();
}
