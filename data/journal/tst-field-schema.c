/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

/* What each table is for stands in README.md. Steps are never changed once released: a change is a new step.
 *
 * The tables of the two journals are apart, and what joins them (outbox, record) is keyed by hashes and random ids WITHOUT ROWID,
 * so that no row number tells which open record was written after which field record. */
static const char schema_1[] =
  /* the journal */
  "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
  "CREATE TABLE chain_key (chain TEXT NOT NULL, epoch INTEGER NOT NULL, device TEXT NOT NULL, public_key BLOB NOT NULL,"
  "  PRIMARY KEY (chain, epoch)) WITHOUT ROWID;"
  "CREATE TABLE journal_field (n INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
  "  text_hash BLOB NOT NULL UNIQUE, id TEXT NOT NULL UNIQUE, note BLOB NOT NULL, body BLOB,"
  "  body_sealed INTEGER NOT NULL, stored_sha256 BLOB NOT NULL, local TEXT, erased INTEGER NOT NULL DEFAULT 0,"
  "  UNIQUE (epoch, seq));"
  "CREATE TABLE journal_open (n INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
  "  text_hash BLOB NOT NULL UNIQUE, id TEXT NOT NULL UNIQUE, note BLOB NOT NULL, body BLOB,"
  "  body_sealed INTEGER NOT NULL, stored_sha256 BLOB NOT NULL, local TEXT, erased INTEGER NOT NULL DEFAULT 0,"
  "  UNIQUE (epoch, seq));"
  "CREATE TABLE sealed_part (sha256 BLOB PRIMARY KEY, text_hash BLOB NOT NULL, recipient TEXT NOT NULL,"
  "  purpose TEXT NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX sealed_part_record ON sealed_part (text_hash);"

  /* exchange with central */
  "CREATE TABLE outbox (text_hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, chain TEXT NOT NULL, event TEXT,"
  "  utc_s INTEGER NOT NULL, due_s INTEGER NOT NULL, bytes INTEGER NOT NULL, content INTEGER NOT NULL DEFAULT 1,"
  "  state TEXT NOT NULL DEFAULT 'saved', sent INTEGER NOT NULL DEFAULT 0, code TEXT, message TEXT,"
  "  proof_index INTEGER, proof BLOB, proof_size INTEGER) WITHOUT ROWID;"
  "CREATE INDEX outbox_due ON outbox (chain, state, sent, due_s);"
  "CREATE INDEX outbox_state ON outbox (state, utc_s);"
  "CREATE TABLE needed (text_hash BLOB NOT NULL, sha256 BLOB NOT NULL, bytes INTEGER NOT NULL, what TEXT NOT NULL,"
  "  PRIMARY KEY (text_hash, sha256)) WITHOUT ROWID;"
  "CREATE INDEX needed_by_content ON needed (sha256);"
  "CREATE TABLE medium (sha256 BLOB PRIMARY KEY, bytes INTEGER NOT NULL, type TEXT NOT NULL, event TEXT,"
  "  state TEXT NOT NULL DEFAULT 'due', upload_url TEXT, code TEXT, message TEXT) WITHOUT ROWID;"
  "CREATE INDEX medium_state ON medium (state);"
  "CREATE TABLE holding_note (sha256 BLOB PRIMARY KEY, issued_s INTEGER NOT NULL, note BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE holding (sha256 BLOB PRIMARY KEY, bytes INTEGER NOT NULL, issued_s INTEGER NOT NULL,"
  "  note BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX holding_by_note ON holding (note);"
  "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, origin TEXT NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL);"
  "CREATE TABLE decision (idx INTEGER PRIMARY KEY, type TEXT, target TEXT, target_hash BLOB, reason TEXT,"
  "  utc_s INTEGER NOT NULL, envelope BLOB NOT NULL, body BLOB NOT NULL);"
  "CREATE TABLE verdict (id TEXT PRIMARY KEY, type TEXT NOT NULL, reason TEXT, utc_s INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE central_work (code TEXT PRIMARY KEY, rev INTEGER NOT NULL, gone INTEGER NOT NULL, content TEXT) WITHOUT ROWID;"
  "CREATE TABLE central_event (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;"

  /* projections */
  "CREATE TABLE record (id TEXT PRIMARY KEY, text_hash BLOB NOT NULL, chain TEXT NOT NULL, epoch INTEGER NOT NULL,"
  "  seq INTEGER NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL, event TEXT, work TEXT, utc_s INTEGER NOT NULL,"
  "  target TEXT) WITHOUT ROWID;"
  "CREATE INDEX record_event ON record (event);"
  "CREATE INDEX record_target ON record (target) WHERE target IS NOT NULL;"
  "CREATE TABLE item (id TEXT PRIMARY KEY, chain TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
  "  type TEXT NOT NULL, event TEXT, work TEXT, utc_s INTEGER NOT NULL, standing TEXT NOT NULL, sha256 BLOB,"
  "  content TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX item_type ON item (type, event);"
  "CREATE INDEX item_content ON item (event, sha256) WHERE sha256 IS NOT NULL;"
  "CREATE TABLE event (id TEXT PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, work TEXT, starts_s INTEGER NOT NULL,"
  "  ends_s INTEGER NOT NULL, hold_hours INTEGER NOT NULL, status TEXT NOT NULL, origin TEXT NOT NULL,"
  "  anchor_origin TEXT, anchor_size INTEGER, anchor_root BLOB) WITHOUT ROWID;"
  "CREATE TABLE work (n INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, status TEXT, lat REAL,"
  "  lon REAL, content TEXT NOT NULL);"
  "CREATE INDEX work_place ON work (lat, lon) WHERE lat IS NOT NULL;"
  "CREATE VIRTUAL TABLE work_search USING fts5 (words, tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3');"
  "CREATE TABLE staff (id TEXT PRIMARY KEY, name TEXT, role TEXT) WITHOUT ROWID;";

/* Who works here and whose PIN opens the vault (tst-staff.c). Not a projection: no record holds it. */
static const char schema_2[] =
  "CREATE TABLE staff_lock (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, salt BLOB NOT NULL,"
  "  ops INTEGER NOT NULL, mem INTEGER NOT NULL, nonce BLOB NOT NULL, wrapped BLOB NOT NULL,"
  "  failures INTEGER NOT NULL DEFAULT 0, tried_s INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;";

/* What a visit leaves behind: viewpoints and commitments of a work that central sent down (evidence of other tablets, not rebuilt), and the ways from a
 * work to its items, from a viewpoint to its pictures, from a commitment to what closed it, from a stream to its moments. */
static const char schema_3[] =
  "CREATE TABLE central_item (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, type TEXT NOT NULL, work TEXT, gone INTEGER NOT NULL,"
  "  content TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX central_item_type ON central_item (type, work);"
  "CREATE INDEX item_work ON item (type, work);"
  "ALTER TABLE item ADD COLUMN refers TEXT;"
  "CREATE INDEX item_refers ON item (refers, type) WHERE refers IS NOT NULL;";

/* By hand: what this device carries for others (relay), who carries for it (relayed), and the files that central sends down. */
static const char schema_4[] =
  "CREATE TABLE relay (sha256 BLOB PRIMARY KEY, bytes INTEGER NOT NULL, name TEXT NOT NULL, maker TEXT NOT NULL,"
  "  taken_s INTEGER NOT NULL, delivered INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE relayed (item BLOB NOT NULL, relay TEXT NOT NULL, utc_s INTEGER NOT NULL, PRIMARY KEY (item, relay)) WITHOUT ROWID;"
  "CREATE TABLE central_file (name TEXT PRIMARY KEY, sha256 BLOB NOT NULL, bytes INTEGER NOT NULL, rev INTEGER NOT NULL,"
  "  set_s INTEGER NOT NULL, here BLOB, here_s INTEGER) WITHOUT ROWID;";

/* Questionnaires: "form" is a projection of what was imported here and of central's; "central_form" is what central sent. */
static const char schema_5[] =
  "CREATE TABLE form (code TEXT PRIMARY KEY, origin TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE central_form (code TEXT PRIMARY KEY, rev INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;";

/* The open event's sheet under the staff PIN (tst-event-sheet.c). Not projections: no record holds them, and both are destroyed once the event is closed and
 * held. */
static const char schema_6[] =
  "CREATE TABLE event_key (event TEXT PRIMARY KEY, recipient TEXT NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE working_copy (record TEXT PRIMARY KEY, event TEXT NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX working_copy_event ON working_copy (event);";

/* Media of the open chain travel under its key; "laid": their file was laid anew since their event was closed (tst-open-media.c). */
static const char schema_7[] =
  "ALTER TABLE medium ADD COLUMN chain TEXT NOT NULL DEFAULT 'field';"
  "ALTER TABLE medium ADD COLUMN laid INTEGER NOT NULL DEFAULT 0;";

/* Which photographs come in a window of the gallery, from the index alone. */
static const char schema_8[] = "CREATE INDEX item_order ON item (type, standing, epoch, seq, event, work);";

/* The same of all that a gallery shows: photographs, films and voice notes. */
static const char schema_9[]
  = "CREATE INDEX item_capture ON item (standing, epoch, seq, event, work) WHERE type IN ('photo', 'video', 'audio');";

/* Results of questionnaires as central publishes them. */
static const char schema_10[] = "CREATE TABLE central_results (code TEXT PRIMARY KEY, rev INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;";

/* When a thing was taken, but not after it was saved (a camera's clock may be ahead): the order of galleries, and the newest of a work by one look into an
 * index. What has no such time has that of its record. */
static const char schema_11[]
  = "ALTER TABLE item ADD COLUMN taken_s INTEGER NOT NULL DEFAULT 0;"
    "UPDATE item SET taken_s = min (utc_s, coalesce (unixepoch (json_extract (content, '$.taken_at')), utc_s));"
    "DROP INDEX item_order;"
    "CREATE INDEX item_order ON item (type, standing, taken_s, epoch, seq, event, work);"
    "DROP INDEX item_capture;"
    "CREATE INDEX item_capture ON item (standing, taken_s, epoch, seq, event, work) WHERE type IN ('photo', 'video', 'audio');"
    "CREATE INDEX item_newest ON item (work, taken_s) WHERE standing = 'valid' AND work IS NOT NULL AND type IN ('photo', 'video', 'audio');";

/* Which state the works are in: another word with each change (tst_catalogue_touch()), and never one that was there before, not even in a copy that was
 * brought back. The index that lies on disk (tst-works-load.c) goes by it. Not by triggers: the savepoint that each opens makes FTS5 write out its words row
 * by row, and an import takes twice as long. */
static const char schema_12[] = "INSERT OR REPLACE INTO meta (name, value) VALUES ('works_stamp', lower (hex (randomblob (16))));"
                                "DROP TRIGGER IF EXISTS work_added; DROP TRIGGER IF EXISTS work_changed; DROP TRIGGER IF EXISTS work_removed;";

const TstMigration tst_field_migrations[] = {
  { .sql = schema_1 },
  { .sql = schema_2 },
  { .sql = schema_3 },
  { .sql = schema_4 },
  { .sql = schema_5 },
  { .sql = schema_6 },
  { .sql = schema_7 },
  { .sql = schema_8 },
  { .sql = schema_9 },
  { .sql = schema_10 },
  { .sql = schema_11 },
  { .sql = schema_12 },
};
const guint tst_field_n_migrations = G_N_ELEMENTS (tst_field_migrations);

/* In the order in which they are dumped; everything that rebuild refills. work_search follows work. */
const TstProjectionTable tst_projection_tables[] = {
  { "record", "SELECT * FROM record ORDER BY id", 11 },
  { "item", "SELECT * FROM item ORDER BY id", 13 },
  { "event", "SELECT * FROM event ORDER BY id", 12 },
  { "work", "SELECT code, title, status, lat, lon, content FROM work ORDER BY code", 6 },
  { "staff", "SELECT * FROM staff ORDER BY id", 3 },
  { "form", "SELECT * FROM form ORDER BY code", 3 },
};
const guint tst_n_projection_tables = G_N_ELEMENTS (tst_projection_tables);
