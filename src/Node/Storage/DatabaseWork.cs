using System.Diagnostics;

namespace OuiShare.Federation.Node.Storage;

/// <summary>A piece of work that waits for the writer.</summary>
internal interface IDatabaseWork
{
    /// <summary>Runs it, within the writer's transaction.</summary>
    void Run(DatabaseSession session);

    /// <summary>It is on disk.</summary>
    void Complete();

    /// <summary>Nothing of it was stored.</summary>
    void Fail(Exception exception);
}

/// <inheritdoc cref="IDatabaseWork"/>
internal sealed class DatabaseWork<T>(Func<DatabaseSession, T> work) : IDatabaseWork
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivityContext _context = Activity.Current?.Context ?? default;
    private T? _value;

    /// <summary>Completes with the work's value when it is on disk.</summary>
    public Task<T> Task => _completion.Task;

    public void Run(DatabaseSession session)
    {
        session.Caller = _context;
        _value = work(session);
    }

    public void Complete() => _completion.TrySetResult(_value!);

    public void Fail(Exception exception) => _completion.TrySetException(exception);
}
