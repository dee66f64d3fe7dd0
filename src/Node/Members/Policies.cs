using Microsoft.AspNetCore.Authorization;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Who may use a page, a route or a call. Every one of them names exactly one of these; one that names none is refused to all.
/// </summary>
public static class Policies
{
    /// <summary>Everybody, signed in or not.</summary>
    public const string Anyone = "anyone";

    /// <summary>Members, connectors and admins.</summary>
    public const string Member = "member";

    /// <summary>Connectors and admins.</summary>
    public const string Connector = "connector";

    /// <summary>Admins.</summary>
    public const string Admin = "admin";

    /// <summary>The holder of the operator's token, who can read the node's data folder; no member, whatever her role.</summary>
    public const string Operator = "operator";

    /// <summary>The lowest role that a policy admits.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="policy"/> is none of the above four, to which a role is enough.</exception>
    public static Role LowestRole(string policy) => policy switch
    {
        Anyone => Role.Visitor,
        Member => Role.Member,
        Connector => Role.Connector,
        Admin => Role.Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "No such policy."),
    };

    /// <summary>Name of a role in claims, links and the database.</summary>
    public static string NameOf(Role role) => role switch
    {
        Role.Visitor => "visitor",
        Role.Member => Member,
        Role.Connector => Connector,
        Role.Admin => Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "No such role."),
    };

    /// <summary>Reads a role's name; false when there is none such.</summary>
    public static bool TryParseRole(string? name, out Role role)
    {
        role = name switch { Member => Role.Member, Connector => Role.Connector, Admin => Role.Admin, _ => Role.Visitor };
        return role != Role.Visitor;
    }

    internal static void Add(AuthorizationOptions options)
    {
        foreach (var policy in (string[])[Member, Connector, Admin])
        {
            var lowest = LowestRole(policy);
            var names = Enum.GetValues<Role>().Where(role => role >= lowest).Select(NameOf).ToArray();
            options.AddPolicy(policy, builder => builder.RequireRole(names));
        }

        options.AddPolicy(Operator, builder => builder.RequireClaim(TokenAuthentication.OperatorClaim));
        options.AddPolicy(Anyone, builder => builder.RequireAssertion(_ => true));
        // A page, route or call that declares nothing is closed to all.
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();
    }
}
