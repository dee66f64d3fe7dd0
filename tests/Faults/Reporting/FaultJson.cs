using System.Text.Json;

namespace OuiShare.Federation.Faults.Reporting;

/// <summary>Writes a report for a program.</summary>
internal static class FaultJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(FaultReport report) => JsonSerializer.Serialize(
        new
        {
            seed = report.Options.Seed,
            only = report.Options.Only,
            minutes = report.Options.Time.TotalMinutes,
            withoutFsync = report.Options.WithoutFsync,
            isAllRight = report.IsAllRight,
            brokenOff = report.BrokenOff,
            faults = report.Rows.Select(row => new
            {
                fault = row.Fault,
                times = row.Rounds.Count,
                lost = row.Lost,
                rootsEqual = row.Equal,
                toldSeconds = row.ToldSeconds,
                said = row.Said,
                notTriedBecause = row.Rounds.Count == 0 ? row.WhyNone : null,
                rounds = row.Rounds.Select(round => new
                {
                    number = round.Number,
                    where = round.Where,
                    isRight = round.IsRight,
                    lost = round.Lost,
                    areRootsEqual = round.AreRootsEqual,
                    mustBeTold = round.MustBeTold,
                    toldSeconds = round.ToldAfter?.TotalSeconds,
                    said = round.Said,
                    wrongs = round.Complaints(),
                    seconds = round.Took.TotalSeconds,
                }),
            }),
        },
        Indented);
}
