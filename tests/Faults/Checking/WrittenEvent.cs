namespace OuiShare.Federation.Faults.Checking;

/// <summary>
/// An event whose publication a node acknowledged, and what was asked of the node afterwards. What was asked and not answered is
/// <i>unknown</i>: it may be stored, and need not be.
/// </summary>
/// <param name="origin">The chapter's key, 64 hexadecimal digits.</param>
/// <param name="id">The event's id, 32 hexadecimal digits.</param>
/// <param name="name">What its title begins with; no other event has it.</param>
/// <remarks>Changed by one writer; read while that one pauses.</remarks>
internal sealed class WrittenEvent(string origin, string id, string name)
{
    /// <summary>Letters of the longest description: several database pages, and enough that a small disk is soon full.</summary>
    private const int LongestDescription = 3_000;

    public string Origin { get; } = origin;

    public string Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>The newest version that was acknowledged, from 0.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The newest version that was sent.</summary>
    public int Asked { get; private set; }

    /// <summary>A withdrawal was acknowledged.</summary>
    public bool IsWithdrawn { get; private set; }

    /// <summary>A withdrawal was sent.</summary>
    public bool IsWithdrawalAsked { get; private set; }

    /// <summary>The title of a version.</summary>
    public string TitleOf(int version) => $"{Name} v{version}";

    /// <summary>The description that goes with a title: known without being kept, so that every letter of an event can be compared.</summary>
    public static string DescriptionFor(string title)
    {
        var number = title.Aggregate(7, (sum, letter) => unchecked((sum * 31) + letter)) & int.MaxValue;
        return new string((char)('a' + (number % 26)), 1 + (number / 26 % LongestDescription));
    }

    /// <summary>The next version is being sent.</summary>
    public void AskVersion() => Asked++;

    /// <summary>All that was sent is stored, the node says.</summary>
    public void AcknowledgeVersion() => Acknowledged = Asked;

    /// <summary>The withdrawal is being sent.</summary>
    public void AskWithdrawal() => IsWithdrawalAsked = true;

    /// <summary>It is withdrawn, the node says.</summary>
    public void AcknowledgeWithdrawal() => IsWithdrawn = true;
}
