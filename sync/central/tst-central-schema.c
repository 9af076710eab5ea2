/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-central-schema.h"

#include "central/tst-places.h"

/* Times are whole seconds since 1970 in UTC (…_s) or civil dates in the town's zone (…_on). Hashes are 32-byte blobs. */
static const char version_1[] =
  /* What was received, as it was received: never updated but for fork, body_state and erased bytes. */
  "CREATE TABLE leaf (idx INTEGER PRIMARY KEY, text_hash BLOB NOT NULL UNIQUE, note BLOB NOT NULL,"
  "  device TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,"
  "  utc_s INTEGER NOT NULL, body_hash BLOB NOT NULL, received_s INTEGER NOT NULL, fork INTEGER NOT NULL DEFAULT 0,"
  "  body_state TEXT NOT NULL DEFAULT 'missing' CHECK (body_state IN ('here', 'missing', 'erased')));"
  "CREATE INDEX leaf_by_chain ON leaf (device, chain, seq);"
  "CREATE INDEX leaf_by_id ON leaf (id);"
  "CREATE INDEX leaf_by_body ON leaf (body_hash);"
  "CREATE INDEX leaf_forked ON leaf (device, chain, seq) WHERE fork = 1;"
  "CREATE INDEX leaf_missing ON leaf (device, chain) WHERE body_state = 'missing';"
  /* Not WITHOUT ROWID: kilobytes in the order of random keys would split pages at every insert. */
  "CREATE TABLE body (text_hash BLOB PRIMARY KEY, bytes BLOB NOT NULL);"
  "CREATE TABLE part (sha256 BLOB PRIMARY KEY, text_hash BLOB NOT NULL, purpose TEXT NOT NULL, bytes BLOB NOT NULL);"
  "CREATE INDEX part_by_record ON part (text_hash);"
  "CREATE TABLE holding (sha256 BLOB PRIMARY KEY, bytes INTEGER NOT NULL, type TEXT, held_s INTEGER NOT NULL)"
  "  WITHOUT ROWID;"
  "CREATE TABLE record_media (text_hash BLOB NOT NULL, sha256 BLOB NOT NULL, bytes INTEGER NOT NULL, type TEXT, role TEXT,"
  "  PRIMARY KEY (text_hash, sha256)) WITHOUT ROWID;"
  "CREATE INDEX record_media_by_medium ON record_media (sha256);"
  "CREATE TABLE upload (id TEXT PRIMARY KEY, device TEXT NOT NULL, sha256 BLOB NOT NULL, bytes INTEGER NOT NULL,"
  "  type TEXT, created_s INTEGER NOT NULL, UNIQUE (device, sha256)) WITHOUT ROWID;"
  /* The tree. Tiles can be made anew from the leaves; checkpoints cannot: they were shown to people. */
  "CREATE TABLE tile (level INTEGER NOT NULL, idx INTEGER NOT NULL, width INTEGER NOT NULL, hashes BLOB NOT NULL,"
  "  PRIMARY KEY (level, idx)) WITHOUT ROWID;"
  "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL, signed_s INTEGER NOT NULL);"
  "CREATE TABLE device (name TEXT PRIMARY KEY, public_key BLOB NOT NULL, chain TEXT NOT NULL, peer TEXT, label TEXT,"
  "  state TEXT NOT NULL CHECK (state IN ('active', 'lost', 'retired')), registered_s INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE enrolment (code_hash BLOB PRIMARY KEY, label TEXT NOT NULL, made_s INTEGER NOT NULL,"
  "  expires_s INTEGER NOT NULL, field_device TEXT) WITHOUT ROWID;"
  /* Projections: dropped and made anew from leaf and body by tst_projection_rebuild(). */
  "CREATE TABLE item (id TEXT PRIMARY KEY, text_hash BLOB NOT NULL, device TEXT NOT NULL, kind TEXT NOT NULL, type TEXT,"
  "  event TEXT, work TEXT, utc_s INTEGER NOT NULL, state TEXT NOT NULL, decided_s INTEGER, reason TEXT, title TEXT,"
  "  content TEXT, taken_s INTEGER NOT NULL, shown TEXT, revealed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
  "CREATE INDEX item_by_state ON item (state, kind, taken_s);"
  "CREATE INDEX item_by_work ON item (work, state, taken_s);"
  "CREATE INDEX item_by_event ON item (event, utc_s);"
  "CREATE TABLE change (idx INTEGER PRIMARY KEY, text_hash BLOB NOT NULL, type TEXT NOT NULL, target TEXT NOT NULL,"
  "  device TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL, utc_s INTEGER NOT NULL, content TEXT);"
  "CREATE INDEX change_by_target ON change (target, device, seq);"
  "CREATE TABLE tombstone (sha256 BLOB PRIMARY KEY) WITHOUT ROWID;"
  "CREATE TABLE decision (idx INTEGER PRIMARY KEY, type TEXT NOT NULL, target TEXT, target_hash BLOB,"
  "  target_device TEXT, reason TEXT, utc_s INTEGER NOT NULL);"
  "CREATE INDEX decision_by_target ON decision (target);"
  "CREATE INDEX decision_by_device ON decision (target_device, idx);"
  "CREATE TABLE derivative (sha256 BLOB NOT NULL, id TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
  "  bytes INTEGER NOT NULL, PRIMARY KEY (id, width)) WITHOUT ROWID;"
  "CREATE INDEX derivative_by_hash ON derivative (sha256);"
  "CREATE TABLE work (code TEXT PRIMARY KEY, rev INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0, content TEXT,"
  "  search TEXT, status TEXT, comuna TEXT, sector TEXT, dependency TEXT, lat REAL, lon REAL) WITHOUT ROWID;"
  "CREATE INDEX work_by_rev ON work (rev);"
  "CREATE TABLE event (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, assigned INTEGER NOT NULL DEFAULT 0, type TEXT,"
  "  title TEXT, work TEXT, starts_s INTEGER, ends_s INTEGER, closed INTEGER NOT NULL DEFAULT 0, content TEXT)"
  "  WITHOUT ROWID;"
  "CREATE INDEX event_by_rev ON event (rev);"
  "CREATE TABLE contribution (number TEXT PRIMARY KEY, id TEXT UNIQUE, class TEXT, topic TEXT, event TEXT, work TEXT,"
  "  received_s INTEGER, due_on TEXT, state TEXT, radicado TEXT, answer TEXT, answered_s INTEGER, public_ok INTEGER)"
  "  WITHOUT ROWID;"
  "CREATE INDEX contribution_by_work ON contribution (work);"
  "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;";

static const char version_2[] =
  /* The desk. Not projections: names and passwords are no records, and go with their row. */
  "CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, role TEXT NOT NULL, dependency TEXT,"
  "  password TEXT NOT NULL, totp BLOB NOT NULL, totp_state TEXT NOT NULL CHECK (totp_state IN ('none', 'wanted', 'on')),"
  "  totp_step INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('active', 'disabled')), made_s INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE session (hash BLOB PRIMARY KEY, account TEXT NOT NULL, stage TEXT NOT NULL CHECK (stage IN ('code', 'full')),"
  "  made_s INTEGER NOT NULL, seen_s INTEGER NOT NULL, ends_s INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE attempt (key BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_s INTEGER NOT NULL, until_s INTEGER NOT NULL)"
  "  WITHOUT ROWID;"
  /* Who decided, and where a contribution is. */
  "ALTER TABLE decision ADD COLUMN account TEXT;"
  "ALTER TABLE decision ADD COLUMN role TEXT;"
  "CREATE INDEX decision_by_time ON decision (utc_s);"
  "ALTER TABLE contribution ADD COLUMN dependency TEXT;"
  "ALTER TABLE contribution ADD COLUMN routed_s INTEGER;"
  "ALTER TABLE contribution ADD COLUMN passed_to TEXT;"
  "ALTER TABLE contribution ADD COLUMN passed_s INTEGER;"
  "ALTER TABLE contribution ADD COLUMN live_s INTEGER;"
  "ALTER TABLE contribution ADD COLUMN sent_s INTEGER;"
  "CREATE INDEX contribution_by_due ON contribution (due_on);";

/* What the public map and the lists of works are narrowed by; projections too. */
static const char version_3[] =
  "ALTER TABLE work ADD COLUMN budget REAL;"
  "ALTER TABLE work ADD COLUMN starts TEXT;"
  "ALTER TABLE work ADD COLUMN ends TEXT;"
  "UPDATE work SET budget = json_extract (content, '$.budget'),"
  "  starts = coalesce (json_extract (content, '$.start_actual'), json_extract (content, '$.start_planned')),"
  "  ends = coalesce (json_extract (content, '$.end_actual'), json_extract (content, '$.end_planned'));"
  "CREATE TABLE mark (n INTEGER PRIMARY KEY, layer INTEGER NOT NULL, id TEXT NOT NULL, m INTEGER NOT NULL, UNIQUE (layer, id));"
  "CREATE INDEX mark_by_place ON mark (layer, m);"
  "CREATE TABLE cell (layer INTEGER NOT NULL, level INTEGER NOT NULL, m INTEGER NOT NULL, n INTEGER NOT NULL,"
  "  sx INTEGER NOT NULL, sy INTEGER NOT NULL, PRIMARY KEY (layer, level, m)) WITHOUT ROWID;"
  "CREATE VIRTUAL TABLE extent USING rtree (n, west, east, south, north);";

/* Live streams of visits (tst-projection-stream.c); a projection too. */
static const char version_5[] =
  "CREATE TABLE stream_record (id TEXT PRIMARY KEY, type TEXT NOT NULL, stream TEXT, event TEXT, device TEXT NOT NULL,"
  "  content TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX stream_record_by_stream ON stream_record (stream);"
  "CREATE INDEX stream_record_by_event ON stream_record (event);";

/* Questionnaires that were imported here; a projection too. */
static const char version_6[] =
  "CREATE TABLE form (code TEXT PRIMARY KEY, rev INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;";

/* Leaves that devices bring back to a restored log, until all are there (tst-refill.c); "leaf" is the Merkle leaf's hash. Devices that have
 * shown what they hold since then. And checkpoints of
 * logs that ended when a new one began (tst-new-origin.c): their keys sign nothing any more. */
static const char version_7[] =
  "CREATE TABLE refill (idx INTEGER NOT NULL, leaf BLOB NOT NULL, note BLOB NOT NULL, body BLOB, proven INTEGER NOT NULL,"
  "  PRIMARY KEY (idx, leaf)) WITHOUT ROWID;"
  "CREATE TABLE seen (device TEXT PRIMARY KEY) WITHOUT ROWID;"
  "CREATE TABLE old_checkpoint (origin TEXT NOT NULL, size INTEGER NOT NULL, note BLOB NOT NULL, signed_s INTEGER NOT NULL,"
  "  PRIMARY KEY (origin, size)) WITHOUT ROWID;";

/* Imports of works whose rows are still being put in, a few hundred at a time (tst-projection-pending.c). */
static const char version_8[] =
  "CREATE TABLE pending_import (idx INTEGER PRIMARY KEY, done INTEGER NOT NULL, added INTEGER NOT NULL DEFAULT 0,"
  "  updated INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0);";

/* A picture in each of its widths is there as JPEG and as WebP. */
static const char version_9[] =
  "ALTER TABLE derivative RENAME TO derivative_before;"
  "DROP INDEX derivative_by_hash;"
  "CREATE TABLE derivative (sha256 BLOB NOT NULL, id TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
  "  bytes INTEGER NOT NULL, type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/webp')), PRIMARY KEY (id, type, width)) WITHOUT ROWID;"
  "INSERT INTO derivative SELECT sha256, id, width, height, bytes, 'image/jpeg' FROM derivative_before;"
  "DROP TABLE derivative_before;"
  "CREATE INDEX derivative_by_hash ON derivative (sha256);";

/* How many pieces of evidence that a person looks at (TST_PUBLIC_IN_GALLERY) each work has, '' for those of none: kept as they come and go, whoever writes
 * them. A row that replaces another fires no trigger of deletion. And what counts works reads no contents. */
#define COUNTS(row) row ".state = 'published' AND " row ".kind = 'evidence' AND " row ".type IN ('photo', 'video', 'audio', 'document', 'note', 'finding')"
#define LESS(row) "UPDATE tally SET n = n - 1 WHERE work = coalesce (" row ".work, '');"
#define MORE(row) "INSERT INTO tally (work, n) VALUES (coalesce (" row ".work, ''), 1) ON CONFLICT (work) DO UPDATE SET n = n + 1;"
static const char version_10[] =
  "CREATE TABLE tally (work TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
  "INSERT INTO tally SELECT coalesce (i.work, ''), count (*) FROM item i WHERE " COUNTS ("i") " GROUP BY 1;"
  "CREATE TRIGGER tally_replaced BEFORE INSERT ON item BEGIN"
  "  UPDATE tally SET n = n - 1 WHERE work = (SELECT coalesce (i.work, '') FROM item i WHERE i.id = NEW.id AND " COUNTS ("i") "); END;"
  "CREATE TRIGGER tally_added AFTER INSERT ON item WHEN " COUNTS ("NEW") " BEGIN " MORE ("NEW") " END;"
  "CREATE TRIGGER tally_removed AFTER DELETE ON item WHEN " COUNTS ("OLD") " BEGIN " LESS ("OLD") " END;"
  "CREATE TRIGGER tally_changed_from AFTER UPDATE OF state, kind, type, work ON item WHEN " COUNTS ("OLD") " BEGIN " LESS ("OLD") " END;"
  "CREATE TRIGGER tally_changed_to AFTER UPDATE OF state, kind, type, work ON item WHEN " COUNTS ("NEW") " BEGIN " MORE ("NEW") " END;"
  "CREATE INDEX work_counted ON work (gone, comuna, status);";

/* Media that were held and whose file was found altered or gone (tst-damage.c). */
static const char version_11[] =
  "CREATE TABLE damage (sha256 BLOB PRIMARY KEY, found_s INTEGER NOT NULL, code TEXT NOT NULL) WITHOUT ROWID;";

/* The key's columns first: SQLite 3.40.1 takes them for NULL in "integrity_check" of a table WITHOUT ROWID where they stand late, and calls it damaged. */
static const char version_12[] =
  "ALTER TABLE derivative RENAME TO derivative_before;"
  "DROP INDEX derivative_by_hash;"
  "CREATE TABLE derivative (id TEXT NOT NULL, type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/webp')), width INTEGER NOT NULL,"
  "  height INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 BLOB NOT NULL, PRIMARY KEY (id, type, width)) WITHOUT ROWID;"
  "INSERT INTO derivative (id, type, width, height, bytes, sha256) SELECT id, type, width, height, bytes, sha256 FROM derivative_before;"
  "DROP TABLE derivative_before;"
  "CREATE INDEX derivative_by_hash ON derivative (sha256);";

/* Surveys that were erased: which questions they had answered, without a word of the answers. No projection: nothing else knows it any more. */
static const char version_13[] =
  "CREATE TABLE survey_gone (text_hash BLOB PRIMARY KEY, form TEXT NOT NULL, asked TEXT NOT NULL, gone INTEGER NOT NULL) WITHOUT ROWID;";

/* The newest answer to a questionnaire, for the revision of the results that go down to the tablets. */
static const char version_14[] = "CREATE INDEX leaf_of_surveys ON leaf (idx) WHERE kind = 'survey';";

/* What is in the gallery (COUNTS), once more and narrow: pages, counts and filters of a million read indexes of this and no contents. Kept as items come
 * and go, whoever writes them. */
#define GALLERY_ROW(row) row ".id, " row ".taken_s, " row ".work, " row ".event, " row ".type, " row ".phase"
static const char version_15[] =
  "ALTER TABLE item ADD COLUMN phase TEXT;" /* of what is shown */
  "UPDATE item SET phase = json_extract (shown, '$.phase') WHERE shown IS NOT NULL;"
  "CREATE TABLE gallery (id TEXT PRIMARY KEY, taken_s INTEGER NOT NULL, work TEXT, event TEXT, type TEXT NOT NULL, phase TEXT) WITHOUT ROWID;"
  "INSERT INTO gallery SELECT " GALLERY_ROW ("i") " FROM item i WHERE " COUNTS ("i") ";"
  "CREATE INDEX gallery_by_time ON gallery (taken_s, id, work);"
  "CREATE INDEX gallery_of_work ON gallery (work, taken_s, id, phase);"
  "CREATE INDEX gallery_of_event ON gallery (event, taken_s, id);"
  "CREATE INDEX gallery_of_phase ON gallery (phase, taken_s, id, work);"
  "CREATE INDEX gallery_of_type ON gallery (type, taken_s, id);"
  "CREATE TRIGGER gallery_replaced BEFORE INSERT ON item BEGIN DELETE FROM gallery WHERE id = NEW.id; END;"
  "CREATE TRIGGER gallery_added AFTER INSERT ON item WHEN " COUNTS ("NEW") " BEGIN INSERT INTO gallery VALUES (" GALLERY_ROW ("NEW") "); END;"
  "CREATE TRIGGER gallery_removed AFTER DELETE ON item BEGIN DELETE FROM gallery WHERE id = OLD.id; END;"
  "CREATE TRIGGER gallery_changed AFTER UPDATE ON item BEGIN DELETE FROM gallery WHERE id = OLD.id;"
  "  INSERT INTO gallery SELECT " GALLERY_ROW ("NEW") " WHERE " COUNTS ("NEW") "; END;";

/* Lists of works in the order of their codes, with all that they are filtered by: with an index of the status alone each piece of a list sorted all works,
 * and each count read their contents. */
static const char version_16[] =
  "CREATE INDEX work_listed ON work (gone, code, status, comuna, sector, dependency, starts, ends, budget, lat, lon, search);";

const TstMigration tst_central_migrations[] = {
  { .sql = version_1 },
  { .sql = version_2 },
  { .sql = version_3 },
  { .run = tst_places_fill },
  { .sql = version_5 },
  { .sql = version_6 },
  { .sql = version_7 },
  { .sql = version_8 },
  { .sql = version_9 },
  { .sql = version_10 },
  { .sql = version_11 },
  { .sql = version_12 },
  { .sql = version_13 },
  { .sql = version_14 },
  { .sql = version_15 },
  { .sql = version_16 },
};

const guint tst_central_n_migrations = G_N_ELEMENTS (tst_central_migrations);
