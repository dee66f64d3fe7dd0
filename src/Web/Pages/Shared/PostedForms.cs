using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// Refuses what is sent to a page before the page sees it: a form that cannot be read (400), and anything sent to a page that takes nothing (405). Without
/// the second such a page would be shown with nothing loaded, and fail.
/// </summary>
internal sealed class PostedForms : IAsyncResourceFilter, IPageFilter
{
    /// <summary>Reads the form, if there is one; pages then find it read.</summary>
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var request = context.HttpContext.Request;
        try
        {
            if (request.HasFormContentType && !IsErrorPage(context.HttpContext))
                await request.ReadFormAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // Broken parts, too many fields, a body that ends too early.
            context.Result = new BadRequestResult();
            return;
        }

        await next();
    }

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var method = context.HttpContext.Request.Method;
        if (context.HandlerMethod is not null || HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || IsErrorPage(context.HttpContext))
            return;

        context.HttpContext.Response.Headers.Allow = "GET, HEAD";
        context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }

    // It is shown for the very request that was refused, with its method and its form.
    private static bool IsErrorPage(HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null;
}
