using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Turns an event into its form, and a sent form into a record.</summary>
public sealed class EventFormReading(ChapterDirectory chapters, Gazetteer gazetteer, Wording say)
{
    /// <summary>The form of an event: its draft when there is one, else what is published.</summary>
    public EventFormView Open(EventState state, Actor actor)
    {
        var record = state.Draft ?? state.Published ?? new EventRecord();
        var input = EventInput.Of(record);
        return new EventFormView
        {
            Id = state.Id,
            Actor = actor,
            Input = WithLanguages(input),
            Base = state.Published?.Sequence,
            IsCancelled = state.Published?.Status == EventStatus.Cancelled,
            IsDraft = state.Draft is not null,
            States = StatesOf(record),
        };
    }

    /// <summary>What a form holds, and the record it makes; what cannot be read is refused in the view.</summary>
    public (EventFormView View, EventRecord Record) Read(Guid id, EventState? state, IFormCollection form, Actor actor)
    {
        var before = state?.Published ?? state?.Draft;
        var refusals = new Refusals();
        var input = EventInput.Read(form);
        if (input.Texts.Count == 0)
            input = WithLanguages(input);
        var place = input.FindPlace(gazetteer, state?.Draft ?? before, chapters.OwnRecord?.Place?.Coordinates);
        var record = input.ToRecord(before, place, refusals, say);
        if (state?.Draft?.Place is { } drafted && place.Chosen is null && drafted.City == input.City && record.Place is not null)
            (record.Place.Country, record.Place.Coordinates) = (drafted.Country, drafted.Coordinates);
        if (Typed.Line(form["add-language"]) is { Length: > 0 } added && input.Texts.All(text => text.Language != added))
            input = input with { Texts = [.. input.Texts, new EventText(added, "", "")] };

        var view = new EventFormView
        {
            Id = id,
            Actor = actor,
            Input = input,
            Refusals = refusals,
            Place = place,
            Base = uint.TryParse(form["base"], out var sequence) ? sequence : null,
            IsCancelled = state?.Published?.Status == EventStatus.Cancelled,
            IsDraft = state?.Draft is not null,
            States = before is null ? new Dictionary<string, TextState>() : StatesOf(before),
        };
        return (view, record);
    }

    /// <summary>The same form beside the version that was published meanwhile; sending it again replaces that version knowingly.</summary>
    public EventFormView Stale(EventFormView view, EventState published) => view with
    {
        Base = published.Published?.Sequence,
        Differences = published.Published is { } record ? VersionDifferences.Between(EventInput.Of(record), view.Input) : [],
    };

    private EventInput WithLanguages(EventInput input) => input with
    {
        Texts =
        [
            .. EventTexts.Offered(input.Texts.Select(text => text.Language), chapters.OwnRecord?.Languages ?? [])
                .Select(language => input.Texts.FirstOrDefault(text => text.Language == language) ?? new EventText(language, "", "")),
        ],
        Zone = input.Zone.Length > 0 ? input.Zone : chapters.OwnRecord?.Zone ?? "UTC",
    };

    // The older of title and description tells how far behind a translation is.
    private static Dictionary<string, TextState> StatesOf(EventRecord record)
    {
        var states = new Dictionary<string, TextState>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in new[] { record.Title, record.Description }.OfType<LocalizedText>())
        {
            var newest = EventTexts.Find(text, text.SourceLanguage)?.Version ?? 1;
            foreach (var translation in text.Translations)
            {
                var state = new TextState(translation.Language == text.SourceLanguage, translation.Version, newest);
                if (!states.TryGetValue(translation.Language, out var known) || state.Newest - state.Version > known.Newest - known.Version)
                    states[translation.Language] = state;
            }
        }

        return states;
    }
}
