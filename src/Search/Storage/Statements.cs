using Microsoft.Data.Sqlite;

namespace OuiShare.Federation.Search.Storage;

/// <summary>The prepared statements of one connection, each prepared once. Not thread-safe.</summary>
/// <remarks>Grows by one for each different text, so texts must not hold values.</remarks>
internal sealed class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>The statement with these values. A parameter that is not named keeps its last value.</summary>
    public SqliteCommand Get(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
                command.Parameters.AddWithValue(name, value);
            _prepared.Add(sql, command);
            return command;
        }
        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i].Value;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
    }
}
