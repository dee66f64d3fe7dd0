namespace OuiShare.Federation.Web.Hosting;

/// <summary>A log that an operator reads: one line for each message, and never where a visitor went.</summary>
internal static class QuietLogs
{
    /// <summary>
    /// What ASP.NET logs with the address that was asked for, where search words and secrets stand, or with what a form was filled in with. No
    /// general level turns these on.
    /// </summary>
    private static readonly string[] CategoriesWithAddresses =
        ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.StaticFiles"];

    /// <summary>What reports a failed start with a stack trace, before <c>Program.cs</c> says it in words.</summary>
    private static readonly string[] CategoriesOfStart =
        ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel", "Orleans.Runtime.Silo"];

    /// <summary>Logs to the console; <paramref name="hasStarted"/> tells whether failures are still <c>Program.cs</c>'s to tell.</summary>
    public static void AddQuietLogs(this WebApplicationBuilder builder, Func<bool> hasStarted)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.IncludeScopes = false;
            console.TimestampFormat = "HH:mm:ss ";
        });
        // "No XML encryptor configured": the keys' folder is the operator's own, like the database beside it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // A call that is refused is told so, and its caller could fill the log with stack traces.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Warning);
        // The answer says what is unhealthy to whoever asked; a node that starts is no error.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        // After all other rules: of two for one category the last wins.
        builder.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            foreach (var category in CategoriesWithAddresses)
                options.Rules.Add(new LoggerFilterRule(providerName: null, category, LogLevel.Warning, filter: null));
            foreach (var category in CategoriesOfStart)
                options.Rules.Add(new LoggerFilterRule(providerName: null, category, LogLevel.Warning, (_, _, _) => hasStarted()));
        });
    }
}
