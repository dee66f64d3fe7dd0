using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Tests.Hosting;

public sealed class TrimRuleTests
{
    private const long Megabyte = 1L << 20;

    [Fact]
    public void What_a_rush_left_is_collected_once_the_node_is_quiet_and_once_only()
    {
        var rule = Trimmed(needed: 30 * Megabyte, allocated: 0);

        Assert.False(rule.IsDue(allocated: 500 * Megabyte, held: 170 * Megabyte), "in the rush");
        Assert.True(rule.IsDue(allocated: 501 * Megabyte, held: 170 * Megabyte), "after it");
        rule.Trimmed(45 * Megabyte);
        Assert.False(rule.IsDue(allocated: 502 * Megabyte, held: 45 * Megabyte), "when it is done");
    }

    [Fact]
    public void What_is_needed_is_not_collected_again_and_again()
    {
        var rule = Trimmed(needed: 400 * Megabyte, allocated: 0);

        Assert.False(rule.IsDue(allocated: Megabyte, held: 400 * Megabyte + TrimRule.WorthBytes));
        Assert.False(rule.IsDue(allocated: 2 * Megabyte, held: 499 * Megabyte));
        Assert.True(rule.IsDue(allocated: 3 * Megabyte, held: 501 * Megabyte));
    }

    private static TrimRule Trimmed(long needed, long allocated)
    {
        var rule = new TrimRule();
        rule.IsDue(allocated, needed);
        rule.Trimmed(needed);
        return rule;
    }
}
