namespace OuiShare.Federation.Node.Calendars;

/// <summary>Gathers the problems of one calendar, up to <see cref="CalendarLimits.Problems"/>.</summary>
internal sealed class ImportProblems
{
    private readonly List<ImportProblem> _problems = [];
    private int _untold;

    /// <summary>An event that was left out, or a part of the file that could not be read.</summary>
    public void Refuse(int line, string uid, string reason, string sentence) =>
        Add(new ImportProblem(line, uid, reason, sentence, IsNote: false));

    /// <summary>An event that was taken over with a change.</summary>
    public void Note(int line, string uid, string reason, string sentence) =>
        Add(new ImportProblem(line, uid, reason, sentence, IsNote: true));

    /// <summary>All of them in the order of the file; the last one counts those beyond the limit.</summary>
    public IReadOnlyList<ImportProblem> ToList()
    {
        var inOrder = _problems.OrderBy(problem => problem.Line).ToList();
        if (_untold > 0)
        {
            var sentence = $"{_untold} more problems are not listed.";
            inOrder.Add(new ImportProblem(inOrder[^1].Line, "", ImportReasons.TooManyProblems, sentence, IsNote: false));
        }


        return inOrder;
    }

    private void Add(ImportProblem problem)
    {
        if (_problems.Count < CalendarLimits.Problems)
            _problems.Add(problem);
        else
            _untold++;
    }
}
