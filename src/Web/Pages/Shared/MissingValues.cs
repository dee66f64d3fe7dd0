using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// Answers 404 where an address lacks a part that its page cannot do without. ASP.NET Core makes null of a part that holds nothing but spaces
/// (<c>/sign-in/%E2%80%A8</c>), also where the page says that it is never null.
/// </summary>
internal sealed class MissingValues : IPageFilter
{
    private readonly ConcurrentDictionary<MethodInfo, string[]> _needed = new();

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod?.MethodInfo is not { } method)
            return;
        if (_needed.GetOrAdd(method, FindNeeded).Any(name => !context.HandlerArguments.TryGetValue(name, out var value) || value is null))
            context.Result = new NotFoundResult();
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }

    private static string[] FindNeeded(MethodInfo method)
    {
        var nullability = new NullabilityInfoContext();
        return
        [
            .. method.GetParameters()
                .Where(parameter => parameter.ParameterType == typeof(string) && nullability.Create(parameter).ReadState == NullabilityState.NotNull)
                .Select(parameter => parameter.Name!),
        ];
    }
}
