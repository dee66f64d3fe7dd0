using System.Net;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>How many sign-in mails one caller may ask for, whatever addresses she has.</summary>
public sealed class SignInLimitsTests
{
    private readonly SignInLimits _limits = new(TimeProvider.System);

    [Fact]
    public void A_household_counts_once_whatever_address_of_it_calls() =>
        Assert.Equal(SignInLimits.MailsOfCaller, Asked(i => IPAddress.Parse($"2a01:e0a:1:2::{i:x}"), 100));

    [Fact]
    public void A_caller_with_a_whole_48_is_not_as_many_callers_as_it_has_households() =>
        Assert.Equal(SignInLimits.MailsOfNetwork, Asked(i => IPAddress.Parse($"2a01:e0a:1:{i:x}::1"), 1000));

    [Fact]
    public void Two_networks_do_not_take_from_each_other() =>
        Assert.Equal(100, Asked(i => IPAddress.Parse($"2a01:e0a:{i:x}:1::1"), 100));

    [Fact]
    public void Neighbours_in_IPv4_do_not_take_from_each_other_also_when_written_as_IPv6()
    {
        Assert.Equal(250, Asked(i => IPAddress.Parse($"::ffff:198.51.100.{i + 1}"), 250));
        Assert.Equal(SignInLimits.MailsOfCaller - 1, Asked(_ => IPAddress.Parse("198.51.100.1"), 100));
    }

    /// <summary>How many of the calls, each for another mail address, were allowed.</summary>
    private int Asked(Func<int, IPAddress> caller, int times) =>
        Enumerable.Range(0, times).Count(i => _limits.TryTake(caller(i), $"{Guid.CreateVersion7()}@example.org"));
}
