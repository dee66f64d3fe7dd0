namespace OuiShare.Federation.Node.Storage;

/// <summary>The tables. Public ones first: everything in them may be read by any node; then the chapter's private ones.</summary>
internal static class Schema
{
    /// <remarks>
    /// An entry's number is its journal's number shifted left by 40 bits plus its position, so that entries and bodies
    /// are appended in key order, read by range without an index, and found from each other. Times are milliseconds since 1970 UTC.
    /// </remarks>
    public const string Step1 = """
        CREATE TABLE migrations(step INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL);

        -- One value each: set-up, chapter, marks left by a restore.
        CREATE TABLE settings(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

        -- Everything public ------------------------------------------------------------------------------------

        CREATE TABLE origins(origin_number INTEGER PRIMARY KEY, origin BLOB NOT NULL UNIQUE);

        -- size entries are held; left_range are the hashes of the Merkle range [0, size); note is a signed checkpoint
        -- of at least that size, and right_range the hashes from size up to the checkpoint's.
        CREATE TABLE journals(
          journal_number INTEGER PRIMARY KEY,
          origin_number INTEGER NOT NULL REFERENCES origins,
          epoch INTEGER NOT NULL,
          size INTEGER NOT NULL,
          left_range BLOB NOT NULL,
          right_range BLOB NOT NULL,
          note BLOB NOT NULL,               -- empty while nothing is held
          admitted_at INTEGER NOT NULL,
          carried_by BLOB,
          quarantine TEXT,
          UNIQUE(origin_number, epoch));

        CREATE TABLE entries(entry_number INTEGER PRIMARY KEY, bytes BLOB NOT NULL, stored_at INTEGER NOT NULL);

        -- Only bodies that still live.
        CREATE TABLE bodies(entry_number INTEGER PRIMARY KEY, salt BLOB NOT NULL, record BLOB NOT NULL);

        -- The newest entry of each record; is_missing: it lives, and its body is not held.
        CREATE TABLE records(
          origin_number INTEGER NOT NULL,
          kind INTEGER NOT NULL,
          record_id BLOB NOT NULL,
          entry_number INTEGER NOT NULL,
          is_withdrawn INTEGER NOT NULL,
          is_missing INTEGER NOT NULL,
          PRIMARY KEY(origin_number, kind, record_id)) WITHOUT ROWID;
        CREATE INDEX records_missing ON records(entry_number) WHERE is_missing = 1;

        -- Hashes of complete Merkle subtrees of level 8 and more (256 leaves and more); lower ones are computed from entries.
        CREATE TABLE subtrees(
          journal_number INTEGER NOT NULL,
          level INTEGER NOT NULL,
          subtree_index INTEGER NOT NULL,
          hash BLOB NOT NULL,
          PRIMARY KEY(journal_number, level, subtree_index)) WITHOUT ROWID;

        -- Proof that an origin signed two journals: two notes, kept for whoever doubts it.
        CREATE TABLE forks(
          journal_number INTEGER PRIMARY KEY REFERENCES journals,
          note BLOB NOT NULL,
          other_note BLOB NOT NULL,
          found_at INTEGER NOT NULL);

        -- The chapter's own: never in a journal ------------------------------------------------------------------

        CREATE TABLE peers(
          origin BLOB PRIMARY KEY,
          name TEXT NOT NULL,
          address TEXT NOT NULL,
          admitted_at INTEGER NOT NULL,
          state TEXT NOT NULL,                -- 'joining', 'active', 'paused', 'blocked'
          invitation_id BLOB,                 -- to redeem, while joining
          invitation_secret BLOB,
          last_contact_at INTEGER,
          last_error_reason TEXT,
          last_error TEXT,
          is_last_error_said INTEGER,         -- 1: the peer's own words
          last_error_at INTEGER,
          software TEXT NOT NULL DEFAULT '') WITHOUT ROWID;

        CREATE TABLE peer_invitations(
          invitation_id BLOB PRIMARY KEY,
          secret BLOB NOT NULL,
          created_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL,
          used_by BLOB) WITHOUT ROWID;

        CREATE TABLE members(
          member_id BLOB PRIMARY KEY,
          name TEXT NOT NULL,
          mail TEXT,
          normalized_mail TEXT UNIQUE,
          role TEXT NOT NULL,
          languages TEXT NOT NULL,            -- BCP 47, separated by spaces
          city TEXT NOT NULL DEFAULT '',
          skills TEXT NOT NULL DEFAULT '',    -- one a line
          tagline BLOB,                       -- LocalizedText
          is_shown INTEGER NOT NULL DEFAULT 0,
          shown_record_id BLOB,               -- the record in the journal while she is shown
          security_stamp TEXT NOT NULL,
          calendar_secret TEXT NOT NULL UNIQUE,
          joined_at INTEGER NOT NULL,
          left_at INTEGER) WITHOUT ROWID;

        -- One-use links: invitations and sign-ins. Only the hash of the secret is kept.
        CREATE TABLE member_links(
          secret_hash BLOB PRIMARY KEY,
          purpose TEXT NOT NULL,              -- 'setup', 'invite', 'sign-in'
          member_id BLOB,
          role TEXT,
          mail TEXT,
          created_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL,
          used_at INTEGER) WITHOUT ROWID;

        CREATE TABLE access_tokens(
          secret_hash BLOB PRIMARY KEY,
          member_id BLOB NOT NULL REFERENCES members ON DELETE CASCADE,
          label TEXT NOT NULL,
          created_at INTEGER NOT NULL) WITHOUT ROWID;

        -- Drafts and proposals.
        CREATE TABLE drafts(
          event_id BLOB PRIMARY KEY,
          record BLOB NOT NULL,
          is_proposed INTEGER NOT NULL,
          author_id BLOB,
          updated_at INTEGER NOT NULL) WITHOUT ROWID;

        -- Seats of this chapter's events; capacity 0 means no limit. The check is the promise that nobody overbooks.
        CREATE TABLE seats(
          event_id BLOB PRIMARY KEY,
          capacity INTEGER NOT NULL,
          taken INTEGER NOT NULL DEFAULT 0 CHECK(taken >= 0)) WITHOUT ROWID;

        CREATE TABLE rsvps(
          event_id BLOB NOT NULL,
          member_id BLOB NOT NULL REFERENCES members ON DELETE CASCADE,
          is_going INTEGER NOT NULL,
          answered_at INTEGER NOT NULL,
          PRIMARY KEY(event_id, member_id)) WITHOUT ROWID;
        CREATE INDEX rsvps_of_member ON rsvps(member_id);

        -- What each imported event looked like in its calendar when it was last imported.
        CREATE TABLE imports(event_id BLOB PRIMARY KEY, content_hash BLOB NOT NULL, imported_at INTEGER NOT NULL) WITHOUT ROWID;

        -- Requests that made an event: a repeated one makes no second.
        CREATE TABLE requests(request_id TEXT PRIMARY KEY, event_id BLOB NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>A journal's generation grows when another version takes the place of its end, or when it is followed again.</summary>
    public const string StepForks = "ALTER TABLE journals ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;";
}
