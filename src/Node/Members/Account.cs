using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Members;

/// <summary>A member as her own chapter knows her. Private: never in a journal, a log or a trace.</summary>
public sealed class Account
{
    /// <summary>Made by the node; UUID version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>As she wants to be called; 1 to 100 characters.</summary>
    public required string Name { get; set; }

    /// <summary>Where mail reaches her, which she proved; null when there is none. Only this one gives a right: to ask for sign-in links.</summary>
    public string? Mail { get; init; }

    /// <summary>An address she gave and did not prove yet; null when there is none. It gives no right and keeps nobody else from it.</summary>
    public string? WantedMail { get; set; }

    /// <summary>What she may do.</summary>
    public required Role Role { get; set; }

    /// <summary>BCP 47 tags of the languages she speaks, the preferred first.</summary>
    public IReadOnlyList<string> Languages { get; set; } = [];

    /// <summary>City, or empty.</summary>
    public string City { get; set; } = "";

    /// <summary>What she can do; at most 20.</summary>
    public IReadOnlyList<string> Skills { get; set; } = [];

    /// <summary>One sentence about her; null when there is none.</summary>
    public LocalizedText? Tagline { get; set; }

    /// <summary>She asked to be shown to the network: a record of her profile is in the journal.</summary>
    public bool IsShown { get; init; }

    /// <summary>Changes when all her sessions must end (ASP.NET Core Identity's security stamp).</summary>
    public required string SecurityStamp { get; set; }

    /// <summary>The secret part of her calendar feed's address.</summary>
    public required string CalendarSecret { get; init; }

    /// <summary>When she became a member.</summary>
    public required DateTimeOffset JoinedAt { get; init; }
}
