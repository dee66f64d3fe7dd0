using Google.Protobuf;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Tests.Calendars;

public sealed class RealCalendarsTests
{
    private readonly CalendarReader _reader = new(new Gazetteer(new Countries()), new Countries());

    [Fact]
    public void Every_event_of_the_twenty_real_calendars_is_read_without_a_problem()
    {
        var calendars = RealCalendars.Files.Select(file => _reader.Read(File.ReadAllBytes(file), new CalendarDefaults())).ToList();

        Assert.Equal(20, calendars.Count);
        Assert.Empty(calendars.SelectMany(calendar => calendar.Problems));
        Assert.Equal(2313, calendars.Sum(calendar => calendar.Events.Count));
        Assert.All(calendars, calendar => Assert.NotEmpty(calendar.Name));
    }

    [Fact]
    public void Reading_twice_gives_the_same_bytes_and_no_change()
    {
        var another = new CalendarReader(new Gazetteer(new Countries()), new Countries());

        foreach (var file in RealCalendars.Files)
        {
            var bytes = File.ReadAllBytes(file);
            var first = _reader.Read(bytes, new CalendarDefaults()).Events;
            var second = another.Read(bytes, new CalendarDefaults()).Events;

            Assert.Equal(first.Select(parsed => parsed.Event.ToByteString()), second.Select(parsed => parsed.Event.ToByteString()));
            Assert.All(first.Zip(second), pair => Assert.True(CalendarChange.IsSame(pair.First.Event, pair.Second.Event)));
        }
    }

    [Fact]
    public void The_events_of_a_city_lie_in_that_city()
    {
        var paris = _reader.Read(File.ReadAllBytes(RealCalendars.Named("paris")), new CalendarDefaults());

        Assert.All(paris.Events, parsed =>
        {
            Assert.Equal(("Paris", "FR"), (parsed.Event.Place.City, parsed.Event.Place.Country));
            Assert.Equal(48.85, parsed.Event.Place.Coordinates.Latitude, tolerance: 0.1);
            Assert.Empty(parsed.Event.Place.Name);
        });
    }

    [Fact]
    public void Events_on_the_internet_have_an_address_to_join_and_no_place()
    {
        var online = _reader.Read(File.ReadAllBytes(RealCalendars.Named("online")), new CalendarDefaults());

        Assert.All(online.Events, parsed =>
        {
            Assert.Null(parsed.Event.Place);
            Assert.NotEmpty(parsed.Event.OnlineUrl);
        });
    }
}
