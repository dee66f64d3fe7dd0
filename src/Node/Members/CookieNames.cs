using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Names of all cookies that a node sets. They carry the node's key, since browsers share cookies between the ports of one host: two nodes
/// there would otherwise sign each other's members out. Where https allows, each has <c>__Host-</c> before it.
/// </summary>
public sealed class CookieNames
{
    /// <summary>Digits of the key in a name.</summary>
    private const int KeyDigits = 8;

    internal CookieNames(Origin node) => Session = "ouishare-" + node.ToString()[..KeyDigits];

    /// <summary>Names the member's session; every other name begins with this one.</summary>
    public string Session { get; }

    /// <summary>Proves that a form was offered by this node (antiforgery).</summary>
    public string Form => Session + "-form";

    /// <summary>A notice for the next page.</summary>
    public string Notice => Session + "-notice";

    /// <summary>The language that the reader chose.</summary>
    public string Language => Session + "-lang";

    /// <summary>Where a person was going when she was asked to sign in.</summary>
    public string Return => Session + "-return";
}
