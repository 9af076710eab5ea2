/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-lists-private.h"
#include "journal/tst-visit-private.h"

#include "record/tst-body.h"

#include <string.h>

/* The lists of a visit's records (README.md has their members). Viewpoints and commitments come from two sides: those of this device, and those of
 * other tablets that central published and sent down. */

#define OWN "i.content, json_object ('id', i.id, 'event', i.event, 'time', " TIME ("i.utc_s") ", 'standing', i.standing, 'from', 'here', " PROVED
#define CENTRAL_FROM \
  " FROM central_item c WHERE c.gone = 0 AND c.type = '%s' AND ?2 IS NULL AND (?3 IS NULL OR c.work = ?3) AND (?4 IS NULL OR ?4 = 'valid')" \
  " AND NOT EXISTS (SELECT 1 FROM item WHERE id = c.id)"
#define OF_CENTRAL "c.content, json_object ('standing', 'valid', 'from', 'central', 'state', 'published'"

/* --- viewpoints --- */

#define PICTURE \
  "json_object ('id', p.id, 'sha256', lower (hex (p.sha256)), 'taken_at', json_extract (p.content, '$.taken_at'), 'time', " TIME ("p.utc_s") ")"
#define PICTURES "FROM item p WHERE p.type = 'photo' AND p.standing = 'valid' AND p.refers = "
/* Its newest picture here, else the one that it was made of, else the one that central shows of it. */
#define LAST(id, content) \
  "'last', json (coalesce ((SELECT " PICTURE " " PICTURES id " ORDER BY p.epoch DESC, p.seq DESC LIMIT 1)," \
  " (SELECT " PICTURE " FROM item p WHERE p.id = json_extract (" content ", '$.photo') AND p.standing = 'valid')," \
  " json_extract (" content ", '$.picture')))," \
  " 'first', json ((SELECT " PICTURE " FROM item p WHERE p.id = json_extract (" content ", '$.photo') AND p.standing = 'valid'))," \
  " 'pictures', (SELECT count(*) " PICTURES id ")"

static const char list_viewpoints[]
  = "SELECT row FROM (SELECT 0 AS part, i.utc_s AS at, i.seq AS seq, json_patch (" OWN ", " LAST ("i.id", "i.content") ")) AS row" ITEM_FROM
    " UNION ALL SELECT 1, 0, 0, json_patch (" OF_CENTRAL ", " LAST ("c.id", "c.content") "))" CENTRAL_FROM
    ") ORDER BY part, at DESC, seq DESC" PAGE;

/* --- commitments --- */

#define CLOSE_MEMBERS(content) \
  "'status', json_extract (" content ", '$.status'), 'text', json_extract (" content ", '$.text'), 'photo', json_extract (" content ", '$.photo')"
#define CLOSED(id) \
  "'status', coalesce ((SELECT json_extract (k.content, '$.status') " CLOSES id NEWEST ")," \
  " (SELECT json_extract (d.content, '$.status') " CENTRAL_CLOSES id " LIMIT 1), 'abierto')," \
  " 'closed', json (coalesce ((SELECT json_object ('id', k.id, 'event', k.event, 'time', " TIME ("k.utc_s") ", " CLOSE_MEMBERS ("k.content") ") " \
  CLOSES id NEWEST "), (SELECT json_object ('id', d.id, " CLOSE_MEMBERS ("d.content") ") " CENTRAL_CLOSES id " LIMIT 1)))"
#define CLOSES "FROM item k WHERE k.type = 'commitment-close' AND k.standing = 'valid' AND k.refers = "
#define NEWEST " ORDER BY k.epoch DESC, k.seq DESC LIMIT 1"
#define CENTRAL_CLOSES "FROM central_item d WHERE d.type = 'commitment-close' AND d.gone = 0 AND json_extract (d.content, '$.commitment') = "

static const char list_commitments[]
  = "SELECT row FROM (SELECT json_extract (i.content, '$.due_on') AS due, i.utc_s AS at, json_patch (" OWN ", " CLOSED ("i.id") ")) AS row" ITEM_FROM
    " UNION ALL SELECT json_extract (c.content, '$.due_on'), 0, json_patch (" OF_CENTRAL ", " CLOSED ("c.id") "))" CENTRAL_FROM
    ") ORDER BY due, at, row" PAGE;

/* --- streams --- */

static const char list_stream[]
  = "SELECT json_patch (" OWN ", 'live', json (CASE WHEN e.id IS NULL THEN 'true' ELSE 'false' END), 'ended', CASE WHEN e.id IS NOT NULL THEN "
    TIME ("e.utc_s") " END, 'end', e.id, 'end_media_ms', json_extract (e.content, '$.media_ms'), 'recording_sha256',"
    " json_extract (e.content, '$.recording_sha256'), 'recording_url', json_extract (e.content, '$.url'), 'anchors', (SELECT count(*) FROM item a WHERE a.type = 'stream-anchor' AND a.event = i.event"
    " AND a.standing = 'valid' AND a.refers = i.id)))"
    " FROM item i JOIN outbox o ON o.id = i.id LEFT JOIN verdict v ON v.id = i.id LEFT JOIN item e ON e.type = 'stream-end' AND e.event = i.event"
    " AND e.standing = 'valid' AND e.refers = i.id WHERE i.type = '%s' AND (?2 IS NULL OR i.event = ?2)"
    " AND (?3 IS NULL OR i.work = ?3) AND (?4 IS NULL OR i.standing = ?4) ORDER BY i.epoch DESC, i.seq DESC" PAGE;

/* A moment of what was taken back is none. */
static const char list_moments[]
  = "SELECT json_patch (" OWN ", 'target_type', t.type, 'target_text', coalesce (json_extract (t.content, '$.caption'),"
    " json_extract (t.content, '$.text')), 'sha256', CASE WHEN t.sha256 IS NOT NULL THEN lower (hex (t.sha256)) END))"
    " FROM item i JOIN outbox o ON o.id = i.id LEFT JOIN verdict v ON v.id = i.id LEFT JOIN item t ON t.id = json_extract (i.content, '$.target')"
    " WHERE i.type = '%s' AND (t.id IS NULL OR t.standing = 'valid') AND (?2 IS NULL OR i.event = ?2) AND (?3 IS NULL OR i.work = ?3)"
    " AND (?4 IS NULL OR i.standing = ?4 OR " STATE " = ?4) ORDER BY i.epoch, i.seq" PAGE;

/* In the order in which they are called: as they came, unless somebody was put elsewhere. */
static const char list_speakers[]
  = "SELECT json_patch (" OWN "))" ITEM_FROM " ORDER BY coalesce (json_extract (i.content, '$.rank'), json_extract (i.content, '$.turn')), i.epoch, i.seq" PAGE;

static const struct
{
  const char *what, *sql, *type; /* @type replaces each %s */
} lists[] = {
  { "viewpoints", list_viewpoints, "viewpoint" },
  { "progress", FIELD_ITEMS, "progress" },
  { "checks", FIELD_ITEMS, "visit-check" },
  { "findings", FIELD_ITEMS, "finding" },
  { "commitments", list_commitments, "commitment" },
  { "commitment-closes", FIELD_ITEMS, "commitment-close" },
  { "signatures", FIELD_ITEMS, "signature" },
  { "stream", list_stream, "stream-start" },
  { "anchors", FIELD_ITEMS, "stream-anchor" },
  { "moments", list_moments, "moment" },
  { "speakers", list_speakers, "speaker" },
};

char *
tst_visit_list_sql (const char *what)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (strcmp (lists[i].what, what) == 0)
      {
        g_autofree char *wanted = g_strdup_printf (" = '%s'", lists[i].type);
        g_auto (GStrv) parts = g_strsplit (lists[i].sql, " = '%s'", -1);

        return g_strjoinv (wanted, parts);
      }
  return NULL;
}

/* --- moments --- */

static gboolean
refresh_offset (TstStore *store, gpointer data, GError **error)
{
  JsonObject *moment = data;
  g_auto (TstJournalRow) row = { 0 };
  g_autoptr (JsonObject) body = NULL;

  if (!tst_journal_find (store, tst_json_string (moment, "id"), &row, error))
    return FALSE;
  body = row.body != NULL && !row.body_sealed ? tst_body_parse (row.body, NULL) : NULL;
  return body == NULL || tst_visit_set_offset (store, tst_json_string (body, "stream"), body, moment, error);
}

void
tst_visit_finish_moment (TstFieldBook *self, JsonObject *row)
{
  g_autoptr (GError) error = NULL;

  /* What was recorded then stands if the start is gone. */
  if (!tst_store_read (self->store, refresh_offset, row, &error))
    g_debug ("The offset of a moment stays as it was recorded: %s", error->message);
}
