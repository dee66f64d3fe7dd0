namespace OuiShare.Federation.Protocol;

/// <summary>What a peer says about itself, with control characters removed. Only the origin is proven.</summary>
/// <param name="Origin">Its key.</param>
/// <param name="Version">The protocol version both use.</param>
/// <param name="ChapterName">Its chapter's name, for people; may be empty.</param>
/// <param name="Address">Where it says it can be called: http or https, or empty; whether anything answers there is not checked.</param>
/// <param name="Software">Its program and version, for people; may be empty.</param>
/// <param name="ClockSkew">Its clock minus ours when its Hello came; the way it took is not subtracted.</param>
public sealed record PeerHello(Origin Origin, uint Version, string ChapterName, string Address, string Software, TimeSpan ClockSkew);
