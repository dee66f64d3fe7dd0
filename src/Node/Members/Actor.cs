namespace OuiShare.Federation.Node.Members;

/// <summary>On whose behalf a grain is called; established at the edge (cookie or token) and passed as an argument.</summary>
/// <param name="MemberId">The member; null for the operator's token, which stands for no person.</param>
/// <param name="Role">What she may do.</param>
[GenerateSerializer, Immutable, Alias("actor")]
public sealed record Actor([property: Id(0)] Guid? MemberId, [property: Id(1)] Role Role)
{
    /// <summary>The holder of the operator's token: an admin without a person.</summary>
    public static Actor Operator { get; } = new(null, Role.Admin);

    /// <summary>Whether the actor's role is <paramref name="lowest"/> or above it.</summary>
    public bool Is(Role lowest) => Role >= lowest;
}
