namespace OuiShare.Federation.Node.Tests.Journal;

/// <summary>SQLite keeps the contract of journals.</summary>
public sealed class SqliteJournalStoreTests : JournalStoreContract
{
    internal override Task<IJournalStoreUnderTest> OpenAsync() => Task.FromResult<IJournalStoreUnderTest>(new SqliteJournalStore());
}
