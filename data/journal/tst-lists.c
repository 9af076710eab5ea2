/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-lists-private.h"
#include "journal/tst-speakers.h"

#include "base/tst-codec.h"
#include "base/tst-fs.h"
#include "model/tst-geo.h"
#include "model/tst-work.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* Every list is one statement that gives a row as JSON text in its first column: one consistent reading, cheap on the store thread;
 * the rows are parsed on the caller's. README.md lists their members. */

/* The journal's own order of the open chain stays in the journal. */
#define OPEN_ITEMS \
  "SELECT json_patch (i.content, json_object ('id', i.id, 'event', i.event, 'received_at', " TIME ("i.utc_s") ", 'standing', i.standing, " \
  PROVED "))" ITEM_FROM " ORDER BY i.utc_s DESC, i.id" PAGE

static const char list_events[]
  = "SELECT json_patch ('{}', json_object ('id', id, 'type', type, 'title', title, 'work', work, 'starts', " TIME ("starts_s") ","
    " 'ends', CASE WHEN ends_s <> 0 THEN " TIME ("ends_s") " END, 'hold_hours', hold_hours, 'status', status, 'from', origin,"
    " 'photos', photos, 'notes', notes, 'attendance', attendance, 'comments', comments, 'surveys', surveys)) FROM ("
    "SELECT e.id, e.type, e.title, e.work, e.starts_s, e.ends_s, e.hold_hours, e.status, e.origin,"
    " (SELECT count(*) FROM item WHERE type = 'photo' AND event = e.id AND standing = 'valid') AS photos,"
    " (SELECT count(*) FROM item WHERE type = 'note' AND event = e.id AND standing = 'valid') AS notes,"
    " (SELECT count(*) FROM item WHERE type = 'attendance' AND event = e.id AND standing = 'valid') AS attendance,"
    " (SELECT count(*) FROM item WHERE type = 'comment' AND event = e.id AND standing = 'valid') AS comments,"
    " (SELECT count(*) FROM item WHERE type = 'survey' AND event = e.id AND standing = 'valid') AS surveys FROM event e"
    " UNION ALL SELECT id, json_extract (content, '$.type'), json_extract (content, '$.title'), json_extract (content, '$.work'),"
    " coalesce (unixepoch (json_extract (content, '$.starts')), 0), coalesce (unixepoch (json_extract (content, '$.ends')), 0),"
    " coalesce (json_extract (content, '$.hold_hours'), 1), 'assigned', 'central', 0, 0, 0, 0, 0 FROM central_event"
    " WHERE id NOT IN (SELECT id FROM event))"
    " WHERE ?1 IS NOT NULL AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR work = ?3) AND (?4 IS NULL OR status = ?4)"
    " ORDER BY starts_s DESC, id" PAGE;

static const char list_records[]
  = "SELECT json_patch ('{}', json_object ('id', r.id, 'device', k.device, 'chain', r.chain, 'seq', r.seq, 'kind', r.kind, 'type', r.type,"
    " 'event', r.event, 'work', r.work, 'time', " TIME ("r.utc_s") ", 'record', lower (hex (r.text_hash)), 'target', r.target, " PROVED "))"
    " FROM record r JOIN outbox o ON o.id = r.id LEFT JOIN verdict v ON v.id = r.id"
    " LEFT JOIN chain_key k ON k.chain = r.chain AND k.epoch = r.epoch WHERE (?2 IS NULL OR r.event = ?2)"
    " AND (?3 IS NULL OR r.work = ?3) AND (?4 IS NULL OR " STATE " = ?4) ORDER BY r.chain, r.epoch, r.seq" PAGE;

static const char list_outbox[]
  = "SELECT json_patch ('{}', row) FROM ("
    "SELECT 0 AS part, o.utc_s AS at, o.id AS id, json_object ('item', 'record', 'id', o.id, 'chain', o.chain, 'type', r.type, 'event', o.event,"
    " 'bytes', o.bytes, 'due', CASE WHEN o.due_s > 0 THEN " TIME ("o.due_s") " END, " PROVED ") AS row"
    " FROM outbox o JOIN record r ON r.id = o.id LEFT JOIN verdict v ON v.id = o.id"
    " WHERE o.state <> 'received' AND (?2 IS NULL OR o.event = ?2) AND (?3 IS NULL OR r.work = ?3) AND (?4 IS NULL OR " STATE " = ?4)"
    " UNION ALL SELECT 1, 0, hex (m.sha256), json_object ('item', 'medium', 'sha256', lower (hex (m.sha256)), 'chain', m.chain, 'type', m.type,"
    " 'event', m.event, 'bytes', m.bytes, 'state', CASE m.state WHEN 'due' THEN 'saved' WHEN 'set_aside' THEN 'set_aside' ELSE 'sending' END,"
    " 'code', m.code, 'message', m.message) FROM medium m"
    " WHERE m.state NOT IN ('held', 'freed', 'dropped') AND (?2 IS NULL OR m.event = ?2) AND ?3 IS NULL AND (?4 IS NULL OR m.state = ?4)"
    ") ORDER BY part, at, id" PAGE;

/* The outbox as a person reads it: a line a record, its medium with it. ?4 is "set_aside", "waiting" or "received". */
#define SHIPMENT_PART \
  "CASE WHEN o.state = 'set_aside' OR (m.state = 'set_aside' AND o.state <> 'received') THEN 'set_aside'" \
  " WHEN o.state = 'received' THEN 'received' ELSE 'waiting' END"
static const char list_shipments[]
  = "SELECT json_patch ('{}', json_object ('id', o.id, 'record', lower (hex (o.text_hash)), 'chain', o.chain, 'type', r.type,"
    " 'target_type', t.type, 'event', o.event, 'event_title', e.title, 'bytes', o.bytes + coalesce (m.bytes, 0), 'sha256',"
    " CASE WHEN i.sha256 IS NOT NULL THEN lower (hex (i.sha256)) END, 'mime', m.type, 'file', json_extract (i.content, '$.file'), 'caption', json_extract (i.content, '$.caption'),"
    " 'time', CASE WHEN o.chain = 'field' THEN " TIME ("o.utc_s") " END, 'due', CASE WHEN o.due_s > ?1 THEN " TIME ("o.due_s") " END,"
    " 'aside', CASE WHEN o.state = 'set_aside' THEN lower (hex (o.text_hash)) WHEN m.state = 'set_aside' THEN lower (hex (m.sha256)) END,"
    " 'relayed', CASE WHEN o.state <> 'received' AND EXISTS (SELECT 1 FROM relayed c WHERE c.item = o.text_hash) THEN json ('true') END,"
    " 'part', " SHIPMENT_PART ", 'medium', m.state, 'state', " STATE ", 'decision', v.type,"
    " 'decision_reason', v.reason, 'code', coalesce (o.code, m.code), 'message', coalesce (o.message, m.message)))"
    " FROM outbox o JOIN record r ON r.id = o.id LEFT JOIN item i ON i.id = o.id LEFT JOIN medium m ON m.sha256 = i.sha256"
    " LEFT JOIN record t ON t.id = r.target LEFT JOIN event e ON e.id = o.event LEFT JOIN verdict v ON v.id = o.id"
    " WHERE (?2 IS NULL OR o.event = ?2) AND (?3 IS NULL OR r.work = ?3) AND (?4 IS NULL OR " SHIPMENT_PART " = ?4)"
    " ORDER BY coalesce (e.starts_s, 0) DESC, o.event, o.utc_s DESC, o.id" PAGE;

static const char list_staff[]
  = "SELECT json_patch ('{}', json_object ('id', id, 'name', name, 'role', role)) FROM staff"
    " WHERE ?1 IS NOT NULL AND ?2 IS NULL AND ?3 IS NULL AND ?4 IS NULL ORDER BY name, id" PAGE;

static const struct
{
  const char *what, *sql;
  const char *type; /* replaces the one %s */
} lists[] = {
  { "events", list_events, NULL },
  { "shipments", list_shipments, NULL },
  { "videos", FIELD_ITEMS, "video" },
  { "audios", FIELD_ITEMS, "audio" },
  { "notes", FIELD_ITEMS, "note" },
  { "attendance", FIELD_ITEMS, "attendance" },
  { "comments", OPEN_ITEMS, "comment" },
  { "surveys", OPEN_ITEMS, "survey" },
  { "records", list_records, NULL },
  { "outbox", list_outbox, NULL },
  { "staff", list_staff, NULL },
};

typedef struct
{
  TstFieldBook *self;
  const TstQuery *query;
  const char *sql;
  gint64 now_s;
  GPtrArray *texts;
  GArray *distances; /* of double, beside @texts; only when a position was asked for */
} Listing;

static gboolean
collect_rows (TstStore *store, gpointer data, GError **error)
{
  Listing *listing = data;
  const TstQuery *query = listing->query;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, listing->sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, listing->now_s);
  tst_statement_bind_text (statement, 2, query->event_id);
  tst_statement_bind_text (statement, 3, query->work);
  tst_statement_bind_text (statement, 4, query->status);
  tst_statement_bind_int (statement, 5, query->limit > 0 ? (gint64) query->limit : -1);
  tst_statement_bind_int (statement, 6, query->offset);
  if (strstr (listing->sql, "?7") != NULL)
    tst_statement_bind_text (statement, 7, query->day);
  if (strstr (listing->sql, "?8") != NULL)
    {
      tst_statement_bind_double (statement, 8, query->south);
      tst_statement_bind_double (statement, 9, query->west);
      tst_statement_bind_double (statement, 10, query->north);
      tst_statement_bind_double (statement, 11, query->east);
    }
  while (TRUE)
    {
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_ptr_array_add (listing->texts, g_strdup (tst_statement_text (statement, 0)));
    }
}

/* --- works --- */

/* Each word a prefix, all of them wanted: «puen nino» finds «Puente Niño». NULL: nothing to search for. */
static char *
match_expression (const char *search)
{
  g_autofree char *folded = search != NULL ? tst_fold_words (search) : NULL;
  g_auto (GStrv) words = folded != NULL ? g_strsplit_set (folded, " \t", -1) : NULL;
  g_autoptr (GString) match = g_string_new (NULL);

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      g_autoptr (GString) word = g_string_new (NULL);

      for (const char *at = words[i]; *at != '\0'; at = g_utf8_next_char (at))
        if (g_unichar_isalnum (g_utf8_get_char (at)))
          g_string_append_unichar (word, g_utf8_get_char (at));
        else
          g_string_append_c (word, ' ');
      g_strstrip (word->str);
      if (*word->str != '\0')
        g_string_append_printf (match, "%s\"%s\"*", match->len > 0 ? " AND " : "", word->str);
    }
  return match->len > 0 ? g_string_free (g_steal_pointer (&match), FALSE) : NULL;
}

static gboolean
collect_works (TstStore *store, gpointer data, GError **error)
{
  Listing *listing = data;
  const TstQuery *query = listing->query;
  g_autofree char *match = match_expression (query->search);
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (
    store,
    match != NULL ? "SELECT w.content FROM work w JOIN work_search s ON s.rowid = w.n WHERE s.words MATCH ?1"
                    " AND (?2 IS NULL OR w.status = ?2) AND (?3 IS NULL OR w.code = ?3) ORDER BY w.code LIMIT ?4 OFFSET ?5"
                  : "SELECT w.content FROM work w WHERE ?1 IS NULL AND (?2 IS NULL OR w.status = ?2)"
                    " AND (?3 IS NULL OR w.code = ?3) ORDER BY w.code LIMIT ?4 OFFSET ?5", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, match);
  tst_statement_bind_text (statement, 2, query->status);
  tst_statement_bind_text (statement, 3, query->work);
  tst_statement_bind_int (statement, 4, query->limit > 0 ? (gint64) query->limit : -1);
  tst_statement_bind_int (statement, 5, query->offset);
  while (TRUE)
    {
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_ptr_array_add (listing->texts, g_strdup (tst_statement_text (statement, 0)));
    }
}

typedef struct
{
  gint64 n;
  double distance;
} Near;

static int
compare_near (gconstpointer a, gconstpointer b)
{
  const Near *x = a, *y = b;

  if (x->distance != y->distance)
    return x->distance < y->distance ? -1 : 1;
  return x->n < y->n ? -1 : x->n > y->n;
}

static gboolean
find_near (TstStore *store, const TstQuery *query, const char *match, double radius_m, GArray *found, GError **error)
{
  double lat_span = radius_m / TST_GEO_METRES_PER_DEGREE;
  double lon_span = radius_m / (TST_GEO_METRES_PER_DEGREE * fmax (cos (query->latitude * G_PI / 180), 0.01));
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    match != NULL ? "SELECT w.n, w.lat, w.lon FROM work w WHERE w.lat BETWEEN ?1 AND ?2 AND w.lon BETWEEN ?3 AND ?4"
                    " AND (?5 IS NULL OR w.status = ?5) AND w.n IN (SELECT rowid FROM work_search WHERE words MATCH ?6)"
                  : "SELECT w.n, w.lat, w.lon FROM work w WHERE w.lat BETWEEN ?1 AND ?2 AND w.lon BETWEEN ?3 AND ?4"
                    " AND (?5 IS NULL OR w.status = ?5) AND ?6 IS NULL", error);
  gboolean row;

  g_array_set_size (found, 0);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_double (statement, 1, query->latitude - lat_span);
  tst_statement_bind_double (statement, 2, query->latitude + lat_span);
  tst_statement_bind_double (statement, 3, query->longitude - lon_span);
  tst_statement_bind_double (statement, 4, query->longitude + lon_span);
  tst_statement_bind_text (statement, 5, query->status);
  tst_statement_bind_text (statement, 6, match);
  while (TRUE)
    {
      Near near;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        break;
      near.n = tst_statement_int (statement, 0);
      near.distance = tst_geo_distance (query->latitude, query->longitude, tst_statement_double (statement, 1),
                                        tst_statement_double (statement, 2));
      if (near.distance <= radius_m)
        g_array_append_val (found, near);
    }
  g_array_sort (found, compare_near);
  return TRUE;
}

static gboolean
collect_near (TstStore *store, gpointer data, GError **error)
{
  const double whole_earth_m = 20100000;
  Listing *listing = data;
  const TstQuery *query = listing->query;
  g_autofree char *match = match_expression (query->search);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Near));
  guint wanted = query->limit > 0 ? query->offset + query->limit : G_MAXUINT;
  guint end;

  /* A box that grows until it holds enough: the index does the rest. */
  for (double radius = query->limit > 0 ? 1000 : whole_earth_m; ; radius *= 4)
    {
      if (!find_near (store, query, match, fmin (radius, whole_earth_m), found, error))
        return FALSE;
      if (found->len >= wanted || radius >= whole_earth_m)
        break;
    }
  end = MIN (found->len, wanted);
  for (guint i = query->offset; i < end; i++)
    {
      const Near *near = &g_array_index (found, Near, i);
      g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT content FROM work WHERE n = ?1", error);
      gboolean row;

      if (statement == NULL)
        return FALSE;
      tst_statement_bind_int (statement, 1, near->n);
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        continue;
      g_ptr_array_add (listing->texts, g_strdup (tst_statement_text (statement, 0)));
      g_array_append_val (listing->distances, near->distance);
    }
  return TRUE;
}

/* --- the door --- */

/* What SQL cannot write: the text by which another tablet joins. */
static void
finish_row (TstFieldBook *self, const char *what, JsonObject *row)
{
  if (strcmp (what, "events") == 0)
    {
      g_autofree char *join = tst_field_book_event_join_text (self, tst_json_string (row, "id"), NULL);

      if (join != NULL)
        json_object_set_string_member (row, "join", join);
    }
  else if (strcmp (what, "moments") == 0)
    tst_visit_finish_moment (self, row);
  else if (strcmp (what, "speakers") == 0)
    tst_speakers_finish_row (self, row);
}

gboolean
tst_field_book_list (TstFieldBook *self, const char *what, const TstQuery *query, TstRowFunc func, gpointer user_data,
                     GError **error)
{
  static const TstQuery everything = { 0 };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) distances = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *sql = NULL;
  Listing listing = { self, query != NULL ? query : &everything, NULL, 0, texts, distances };
  TstStoreFunc collect = NULL;
  TstTimestamp now;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && what != NULL && func != NULL, FALSE);
  if (strcmp (what, "forms") == 0)
    return tst_forms_list (self, listing.query, func, user_data, error);
  if (strcmp (what, "results") == 0)
    return tst_forms_list_results (self, func, user_data, error);
  if (strcmp (what, "works") == 0)
    collect = listing.query->near ? collect_near : collect_works;
  if (collect == NULL && ((sql = tst_visit_list_sql (what)) != NULL || (sql = tst_photo_list_sql (what, listing.query)) != NULL))
    collect = collect_rows;
  for (guint i = 0; collect == NULL && i < G_N_ELEMENTS (lists); i++)
    if (strcmp (lists[i].what, what) == 0)
      {
        g_auto (GStrv) halves = g_strsplit (lists[i].sql, "i.type = '%s'", 2);

        sql = lists[i].type != NULL ? g_strconcat (halves[0], "i.type = '", lists[i].type, "'", halves[1], NULL)
                                    : g_strdup (lists[i].sql);
        collect = collect_rows;
      }
  if (collect == NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_USAGE, "There is no list «%s».", what);
      return FALSE;
    }
  tst_clock_now (self->clock, &now);
  listing.now_s = now.utc_us / G_USEC_PER_SEC;
  listing.sql = sql;
  if (!tst_store_read (self->store, collect, &listing, error))
    return FALSE;
  for (guint i = 0; i < texts->len; i++)
    {
      g_autoptr (JsonObject) row = tst_json_parse_object (texts->pdata[i], -1, error);

      if (row == NULL)
        return FALSE;
      if (i < distances->len)
        json_object_set_double_member (row, "distance_m", round (g_array_index (distances, double, i) * 10) / 10);
      finish_row (self, what, row);
      if (!func (row, user_data))
        break;
    }
  return TRUE;
}

/* --- one record --- */

typedef struct
{
  const char *id;
  gint64 now_s;
  TstJournalRow row;
  char *state;
} Show;

static gboolean
load_record (TstStore *store, gpointer data, GError **error)
{
  Show *show = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  if (!tst_journal_find (store, show->id, &show->row, error))
    return FALSE;
  statement = tst_store_prepare (
    store, "SELECT " STATE " FROM outbox o LEFT JOIN verdict v ON v.id = o.id WHERE o.id = ?2", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, show->now_s);
  tst_statement_bind_text (statement, 2, show->id);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    show->state = g_strdup (tst_statement_text (statement, 0));
  return TRUE;
}

JsonObject *
tst_field_book_show_record (TstFieldBook *self, const char *record_id, GError **error)
{
  g_autoptr (JsonObject) result = NULL;
  Show show = { record_id };
  TstTimestamp now;
  gboolean good;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && record_id != NULL, NULL);
  tst_clock_now (self->clock, &now);
  show.now_s = now.utc_us / G_USEC_PER_SEC;
  good = tst_store_read (self->store, load_record, &show, error);
  if (good)
    {
      gsize size;
      const char *data = g_bytes_get_data (show.row.note, &size);
      g_autofree char *note = g_strndup (data != NULL ? data : "", size);
      JsonObject *body = NULL;

      result = json_object_new ();
      json_object_set_string_member (result, "envelope", note);
      if (show.row.body != NULL && !show.row.body_sealed)
        good = (body = tst_body_parse (show.row.body, error)) != NULL;
      if (body != NULL)
        json_object_set_object_member (result, "body", body);
      else
        json_object_set_null_member (result, "body");
      if (show.state != NULL)
        json_object_set_string_member (result, "state", show.state);
    }
  tst_journal_row_clear (&show.row);
  g_free (show.state);
  return good ? g_steal_pointer (&result) : NULL;
}

/* --- status --- */

static gboolean
read_clock_jump (TstStore *store, gpointer data, GError **error)
{
  *(char **) data = tst_meta_dup_text (store, "clock-jump");
  return TRUE;
}

/* The last jump that became a record: "AFTER JUMP_MS". */
static void
add_clock_jump (JsonObject *clock, const char *told)
{
  const char *space = told != NULL ? strchr (told, ' ') : NULL;

  if (space != NULL)
    {
      g_autofree char *at = g_strndup (told, (gsize) (space - told));

      json_object_set_string_member (clock, "jumped_at", at);
      json_object_set_int_member (clock, "jump_ms", g_ascii_strtoll (space + 1, NULL, 10));
    }
}

JsonObject *
tst_field_book_status (TstFieldBook *self, GError **error)
{
  g_autoptr (JsonObject) result = NULL;
  g_autofree char *utc = NULL, *jump = NULL;
  JsonObject *clock;
  TstOutboxCounts counts;
  guint64 free_bytes = 0;
  TstTimestamp now;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  if (!tst_outbox_counts (self, &counts, error) || !tst_store_read (self->store, read_clock_jump, &jump, error)
      || !tst_fs_free_bytes (self->folder, &free_bytes, error))
    return NULL;
  result = json_object_new ();
  json_object_set_int_member (result, "saved", counts.saved);
  json_object_set_int_member (result, "sending", counts.sending);
  json_object_set_int_member (result, "received", counts.received);
  json_object_set_int_member (result, "published", counts.published);
  json_object_set_int_member (result, "held", counts.held);
  json_object_set_int_member (result, "set_aside", counts.set_aside);
  json_object_set_int_member (result, "pending", counts.pending);
  json_object_set_int_member (result, "pending_bytes", counts.pending_bytes);
  if (counts.oldest_pending_s > 0)
    {
      g_autofree char *oldest = tst_time_format (counts.oldest_pending_s);

      json_object_set_string_member (result, "oldest_pending", oldest);
    }
  else
    json_object_set_null_member (result, "oldest_pending");
  json_object_set_int_member (result, "free_bytes", free_bytes);
  tst_clock_now (self->clock, &now);
  utc = tst_time_format (now.utc_us / G_USEC_PER_SEC);
  clock = json_object_new ();
  json_object_set_string_member (clock, "source", tst_time_source_name (now.source));
  json_object_set_int_member (clock, "uncertainty_s", now.uncertainty_s);
  json_object_set_string_member (clock, "utc", utc);
  add_clock_jump (clock, jump);
  json_object_set_object_member (result, "clock", clock);
  return g_steal_pointer (&result);
}
