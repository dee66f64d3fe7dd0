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

    /// <summary>Who made each link and invitation, sessions on the server, addresses that are proven, and how many mails were sent.</summary>
    /// <remarks>
    /// Open links and peer invitations from before have no known maker, and may be those of an admin who was removed: they end here, and
    /// people make new ones. Addresses from before stay in force until somebody proves that one is hers (<c>mail_proven_at</c> is NULL).
    /// </remarks>
    public const string StepAccounts = """
        DELETE FROM member_links WHERE purpose <> 'setup';
        ALTER TABLE member_links ADD COLUMN maker_id BLOB;      -- the member who made it; NULL: the operator, or the member herself
        ALTER TABLE member_links ADD COLUMN is_asked_for INTEGER NOT NULL DEFAULT 0;  -- 1: the member asked for it herself
        ALTER TABLE member_links ADD COLUMN is_mailed INTEGER NOT NULL DEFAULT 0;     -- 1: only the owner of the mail address saw it
        CREATE INDEX member_links_of_maker ON member_links(maker_id);
        CREATE INDEX member_links_of_member ON member_links(member_id);

        DELETE FROM peer_invitations WHERE used_by IS NULL;
        ALTER TABLE peer_invitations ADD COLUMN maker_id BLOB;  -- the admin who made it; NULL: the operator

        -- mail is the address in force, proven_mail the form in which it is a key: it is UNIQUE, and NULL where nothing is proven.
        ALTER TABLE members RENAME COLUMN normalized_mail TO proven_mail;
        ALTER TABLE members ADD COLUMN mail_proven_at INTEGER;
        ALTER TABLE members ADD COLUMN wanted_mail TEXT;        -- as typed, not proven yet: gives no right and collides with nothing

        CREATE TABLE sessions(
          secret_hash BLOB PRIMARY KEY,
          member_id BLOB NOT NULL REFERENCES members ON DELETE CASCADE,
          browser TEXT NOT NULL,              -- a few words of ours, such as "Firefox, Linux"
          started_at INTEGER NOT NULL,
          seen_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX sessions_of_member ON sessions(member_id);

        -- Mails counted in windows; subjects are hashes.
        CREATE TABLE mail_counts(subject BLOB PRIMARY KEY, count INTEGER NOT NULL, ends_at INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <remarks>What is known of peers and chapters beyond the connection of the moment.</remarks>
    public const string StepPeers = """
        -- Chapters the admin blocked, peers or not: kept when the peer is removed.
        CREATE TABLE blocked_chapters(origin BLOB PRIMARY KEY, name TEXT NOT NULL, blocked_at INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO blocked_chapters(origin, name, blocked_at) SELECT origin, name, admitted_at FROM peers WHERE state = 'blocked';

        -- Where a peer may be called: told_at when it named the address itself, worked_at when its key was last proven there by a call of ours.
        CREATE TABLE peer_addresses(
          origin BLOB NOT NULL,
          address TEXT NOT NULL,
          is_set INTEGER NOT NULL DEFAULT 0,  -- 1: by the admin's hand
          told_at INTEGER,
          worked_at INTEGER,
          PRIMARY KEY(origin, address)) WITHOUT ROWID;

        -- How a peer stands and since when, whatever single calls do: 'well', 'failing', 'refused', 'paused', 'blocked'.
        CREATE TABLE peer_standings(origin BLOB PRIMARY KEY, standing TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Which version of which calendar each imported event is, and what becomes of events that leave a calendar.</summary>
    public const string StepCalendars = """
        -- source tells calendars apart: a hash, for an address may hold a secret; empty when nothing is known.
        ALTER TABLE imports ADD COLUMN source TEXT NOT NULL DEFAULT '';
        ALTER TABLE imports ADD COLUMN sequence INTEGER;
        ALTER TABLE imports ADD COLUMN last_modified TEXT NOT NULL DEFAULT '';
        ALTER TABLE imports ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
        CREATE INDEX imports_of_source ON imports(source);

        -- What the admin chose for an address: a number of WhenGone (operator.proto).
        CREATE TABLE import_sources(source TEXT PRIMARY KEY, when_gone INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Records that this program could not show; and drafts are counted by their author.</summary>
    public const string StepSetAside =
        """
        CREATE TABLE set_aside(
          origin BLOB NOT NULL,
          epoch INTEGER NOT NULL,
          position INTEGER NOT NULL,
          -- 0 and empty when the entry itself cannot be read.
          kind INTEGER NOT NULL,
          record_id BLOB NOT NULL,
          -- What failed, for the admin and for whoever mends the program; never a record's text.
          why TEXT NOT NULL,
          set_aside_at INTEGER NOT NULL,
          -- The version that could not: a newer one tries again.
          program TEXT NOT NULL,
          is_skipped INTEGER NOT NULL,
          PRIMARY KEY(origin, epoch, position)) WITHOUT ROWID;

        -- Counted before another is taken.
        CREATE INDEX drafts_of_author ON drafts(author_id);
        """;

    /// <summary>A journal's generation grows when another version takes the place of its end, or when it is followed again.</summary>
    public const string StepForks = "ALTER TABLE journals ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;";
}
