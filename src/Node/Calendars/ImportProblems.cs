using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Gathers the problems of one calendar, up to <see cref="CalendarLimits.Problems"/>. Thread-safe.</summary>
internal sealed class ImportProblems
{
    private readonly Lock _lock = new();
    private readonly List<CalendarProblem> _problems = [];
    private int _untold;

    /// <summary>An event that was left out, or a part of the file that could not be read.</summary>
    public void Refuse(int line, string uid, string reason, FormattableString sentence) =>
        Add(Problem(line, uid, reason, sentence, isNote: false));

    /// <summary>An event that was left out because it breaks a rule of the records.</summary>
    public void Refuse(int line, string uid, RuleViolation violation) =>
        Add(new CalendarProblem(line, uid, ImportReasons.BreaksRule, violation.Sentence, IsNote: false) { Violation = violation });

    /// <summary>An event that was taken over with a change.</summary>
    public void Note(int line, string uid, string reason, FormattableString sentence) =>
        Add(Problem(line, uid, reason, sentence, isNote: true));

    /// <summary>All of them in the order of the file; the last one counts those beyond the limit.</summary>
    public IReadOnlyList<CalendarProblem> ToList()
    {
        var inOrder = _problems.OrderBy(problem => problem.Line).ToList();
        if (_untold > 0)
            inOrder.Add(Problem(inOrder[^1].Line, "", ImportReasons.TooManyProblems, $"{_untold} more problems are not listed.", isNote: false));

        return inOrder;
    }

    private static CalendarProblem Problem(int line, string uid, string reason, FormattableString sentence, bool isNote) =>
        new(line, uid, reason, FormattableString.Invariant(sentence), isNote) { Values = sentence.GetArguments() };

    private void Add(CalendarProblem problem)
    {
        lock (_lock)
        {
            if (_problems.Count < CalendarLimits.Problems)
                _problems.Add(problem);
            else
                _untold++;
        }
    }
}
