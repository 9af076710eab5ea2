/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-visit-shapes.h"

#include "model/tst-code-lists.h"
#include "model/tst-stream-clock.h"
#include "record/tst-body.h"

#include <string.h>

#define START_ERROR_MS 5000 /* as tablets have it (data/journal/README.md) */
#define PUBLISHED " FROM item i WHERE i.state = 'published' AND i.kind = 'evidence' AND i.type = "

/* One row: what is shown, when it was captured, by which id. */
typedef gboolean (*TakeRow) (TstStore *store, JsonObject *shown, const char *id, gint64 at_s, JsonArray *to, GError **error);

static gboolean
collect (TstStore *store, const char *sql, const char *key, TakeRow take, JsonArray *to, GError **error)
{
  g_autoptr (TstStatement) list = tst_store_prepare (store, sql, error);
  gboolean row = FALSE;

  if (!list)
    return FALSE;
  tst_statement_bind_text (list, 1, key);
  for (;;)
    {
      g_autoptr (JsonObject) shown = NULL;
      g_autofree char *id = NULL;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      shown = tst_json_parse_object (tst_statement_text (list, 2), -1, NULL);
      id = g_strdup (tst_statement_text (list, 0));
      if (shown && !take (store, shown, id, tst_statement_int (list, 1), to, error))
        return FALSE;
    }
}

static JsonObject *
add (JsonArray *to, const char *id, gint64 at_s)
{
  JsonObject *one = json_object_new ();

  json_object_set_string_member (one, "id", id);
  if (at_s != 0)
    json_object_set_int_member (one, "at_s", at_s);
  json_array_add_object_element (to, one);
  return one;
}

void
tst_shape_copy (JsonObject *from, JsonObject *to, const char *const *names)
{
  for (guint i = 0; names[i]; i++)
    if (json_object_has_member (from, names[i]))
      json_object_set_member (to, names[i], json_object_dup_member (from, names[i]));
}

void
tst_shape_set_label (JsonObject *to, const char *name, TstCodeList list, const char *code)
{
  if (code)
    json_object_set_string_member (to, name, tst_code_label (list, code, "es"));
}

/* --- progress --- */

static gboolean
take_progress (TstStore *store, JsonObject *shown, const char *id, gint64 at_s, JsonArray *to, GError **error)
{
  static const char *const names[] = { "programmed_pct", "observed_pct", "financial_pct", "deviation_pts", "cause", "cause_text", NULL };
  JsonObject *one = add (to, id, at_s);

  tst_shape_copy (shown, one, names);
  tst_shape_set_label (one, "cause_label", TST_LIST_CAUSE, tst_json_string (shown, "cause"));
  return TRUE;
}

JsonArray *
tst_visit_shape_progress (TstStore *store, const char *work, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();

  return collect (store, "SELECT i.id, i.utc_s, i.shown" PUBLISHED "'progress' AND i.work = ?1 ORDER BY i.utc_s, i.id", work, take_progress,
                  list, error)
           ? g_steal_pointer (&list)
           : NULL;
}

/* --- viewpoints --- */

static gboolean
take_picture (TstStore *store, JsonObject *shown, const char *id, gint64 at_s, JsonArray *to, GError **error)
{
  add (to, id, at_s);
  return TRUE;
}

static gboolean
take_viewpoint (TstStore *store, JsonObject *shown, const char *id, gint64 at_s, JsonArray *to, GError **error)
{
  static const char *const names[] = { "name", "place", "heading_deg", "heading_north", NULL };
  JsonObject *one = add (to, id, 0);
  JsonArray *pictures = json_array_new ();

  tst_shape_copy (shown, one, names);
  json_object_set_array_member (one, "pictures", pictures);
  return collect (store,
                  "SELECT i.id, i.taken_s, i.shown" PUBLISHED "'photo' AND (json_extract (i.shown, '$.viewpoint') = ?1 OR i.id ="
                  " (SELECT json_extract (v.shown, '$.photo') FROM item v WHERE v.id = ?1))"
                  " AND i.work = (SELECT work FROM item WHERE id = ?1)"
                  " AND EXISTS (SELECT 1 FROM derivative d WHERE d.id = i.id) ORDER BY i.taken_s, i.id",
                  id, take_picture, pictures, error);
}

JsonArray *
tst_visit_shape_viewpoints (TstStore *store, const char *work, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();

  return collect (store,
                  "SELECT i.id, i.utc_s, i.shown" PUBLISHED "'viewpoint' AND i.work = ?1 ORDER BY json_extract (i.shown, '$.name'), i.id", work,
                  take_viewpoint, list, error)
           ? g_steal_pointer (&list)
           : NULL;
}

/* --- commitments --- */

static gboolean
take_close (TstStore *store, JsonObject *shown, const char *id, gint64 at_s, JsonArray *to, GError **error)
{
  static const char *const names[] = { "status", "text", "photo", NULL };

  tst_shape_copy (shown, add (to, id, at_s), names);
  return TRUE;
}

static gboolean
take_commitment (TstStore *store, JsonObject *shown, const char *id, gint64 at_s, JsonArray *to, GError **error)
{
  static const char *const names[] = { "text", "responsible", "due_on", NULL };
  g_autoptr (JsonArray) closes = json_array_new ();
  JsonObject *one = add (to, id, at_s);
  const char *status = "abierto";

  tst_shape_copy (shown, one, names);
  if (!collect (store,
                "SELECT i.id, i.utc_s, i.shown" PUBLISHED "'commitment-close' AND json_extract (i.shown, '$.commitment') = ?1"
                " AND i.work = (SELECT work FROM item WHERE id = ?1) ORDER BY i.utc_s DESC, i.id LIMIT 1",
                id, take_close, closes, error))
    return FALSE;
  if (json_array_get_length (closes) > 0)
    {
      JsonObject *closed = json_array_get_object_element (closes, 0);

      json_object_set_object_member (one, "closed", json_object_ref (closed));
      status = tst_json_string (closed, "status") ? tst_json_string (closed, "status") : status;
    }
  json_object_set_string_member (one, "status", status);
  json_object_set_string_member (one, "status_label",
                                 g_str_equal (status, "abierto") ? "Abierto" : tst_code_label (TST_LIST_COMMITMENT_STATUS, status, "es"));
  return TRUE;
}

JsonArray *
tst_visit_shape_commitments (TstStore *store, const char *work, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();

  return collect (store,
                  "SELECT i.id, i.utc_s, i.shown" PUBLISHED "'commitment' AND i.work = ?1 ORDER BY json_extract (i.shown, '$.due_on'), i.id",
                  work, take_commitment, list, error)
           ? g_steal_pointer (&list)
           : NULL;
}

/* --- streams --- */

static gboolean
read_ms (const char *text, gint64 *ms)
{
  g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (!time)
    return FALSE;
  *ms = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
  return TRUE;
}

typedef struct
{
  JsonObject *start; /* its content */
  gint64 start_ms;
  GArray *anchors;   /* of TstStreamAnchor, sorted */
  gint64 media_ms;   /* 0: unknown */
  char *recording, *recording_url;
} Stream;

static void
stream_clear (Stream *self)
{
  g_clear_pointer (&self->start, json_object_unref);
  g_clear_pointer (&self->anchors, g_array_unref);
  g_clear_pointer (&self->recording, g_free);
  g_clear_pointer (&self->recording_url, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stream, stream_clear)

/* Anchors and end count only from the device that started it. */
static gboolean
load_stream (TstStore *store, const char *id, Stream *stream, GError **error)
{
  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT r.type, r.content FROM stream_record r WHERE r.stream = ?1 AND r.device ="
                       " (SELECT device FROM stream_record WHERE id = ?1) ORDER BY r.id",
                       error);
  gboolean row = FALSE;

  if (!list)
    return FALSE;
  stream->anchors = g_array_new (FALSE, FALSE, sizeof (TstStreamAnchor));
  tst_statement_bind_text (list, 1, id);
  for (;;)
    {
      g_autoptr (JsonObject) content = NULL;
      const char *type = NULL;
      TstStreamAnchor anchor = { 0 };

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        break;
      type = tst_statement_text (list, 0);
      content = tst_json_parse_object (tst_statement_text (list, 1), -1, NULL);
      if (!content)
        continue;
      if (g_str_equal (type, "stream-start") && read_ms (tst_json_string (content, "time"), &stream->start_ms))
        {
          g_clear_pointer (&stream->start, json_object_unref);
          stream->start = json_object_ref (content);
          anchor = (TstStreamAnchor) { stream->start_ms, 0, START_ERROR_MS };
          g_array_append_val (stream->anchors, anchor);
        }
      else if (g_str_equal (type, "stream-anchor") && read_ms (tst_json_string (content, "wall"), &anchor.wall_ms))
        {
          anchor.media_ms = tst_json_int (content, "media_ms", 0);
          anchor.error_ms = MAX (tst_json_int (content, "error_ms", 0), 0);
          g_array_append_val (stream->anchors, anchor);
        }
      else if (g_str_equal (type, "stream-end"))
        {
          stream->media_ms = tst_json_int (content, "media_ms", 0);
          g_free (stream->recording);
          stream->recording = g_strdup (tst_json_string (content, "recording_sha256"));
          g_free (stream->recording_url);
          stream->recording_url = g_strdup (tst_json_string (content, "url"));
        }
    }
  tst_stream_anchors_sort ((TstStreamAnchor *) stream->anchors->data, stream->anchors->len);
  return TRUE;
}

/* By all anchors that came; what the record says only when the start never came. */
static void
set_offset (const Stream *stream, JsonObject *content, JsonObject *shown, JsonObject *moment)
{
  static const char *const recorded[] = { "offset_ms", "error_ms", "broken", NULL };
  TstStreamOffset offset;
  gint64 wall_ms = 0;

  tst_shape_copy (shown, moment, recorded);
  if (!stream->start || !read_ms (tst_json_string (content, "time"), &wall_ms))
    return;
  if (g_strcmp0 (tst_json_string (stream->start, "boot"), tst_json_string (content, "boot")) == 0)
    wall_ms = stream->start_ms + tst_json_int (content, "mono_ms", 0) - tst_json_int (stream->start, "mono_ms", 0);
  if (!tst_stream_offset ((const TstStreamAnchor *) stream->anchors->data, stream->anchors->len, wall_ms, &offset))
    return;
  json_object_set_int_member (moment, "offset_ms", offset.offset_ms);
  json_object_set_int_member (moment, "error_ms", offset.error_ms);
  json_object_set_boolean_member (moment, "broken", offset.broken);
}

static int
by_offset (gconstpointer a, gconstpointer b)
{
  gint64 x = tst_json_int (*(JsonObject *const *) a, "offset_ms", 0), y = tst_json_int (*(JsonObject *const *) b, "offset_ms", 0);

  return x < y ? -1 : x > y;
}

static gboolean
put_moments (TstStore *store, const char *id, const Stream *stream, JsonObject *to, GError **error)
{
  static const char *const names[] = { "moment", "target", NULL };
  g_autoptr (GPtrArray) moments = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  JsonArray *list = json_array_new ();
  gboolean row = FALSE;

  json_object_set_array_member (to, "moments", list);
  /* A moment of what is not published is none. */
  g_autoptr (TstStatement) find =
    tst_store_prepare (store,
                       "SELECT i.id, i.shown, i.content, coalesce (json_extract (t.shown, '$.caption'), json_extract (t.shown, '$.text'))"
                       " FROM item i LEFT JOIN item t ON t.id = json_extract (i.shown, '$.target') WHERE i.state = 'published'"
                       " AND i.kind = 'evidence' AND i.type = 'moment' AND i.event = ?2 AND json_extract (i.shown, '$.stream') = ?1"
                       " AND (json_extract (i.shown, '$.target') IS NULL OR t.state = 'published'"
                       "  OR json_extract (i.shown, '$.target') IN (SELECT id FROM stream_record)) ORDER BY i.utc_s, i.id",
                       error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, id);
  tst_statement_bind_text (find, 2, tst_json_string (to, "event"));
  for (;;)
    {
      g_autoptr (JsonObject) shown = NULL;
      g_autoptr (JsonObject) content = NULL;
      JsonObject *moment = NULL;

      if (!tst_statement_step (find, &row, error))
        return FALSE;
      if (!row)
        break;
      shown = tst_json_parse_object (tst_statement_text (find, 1), -1, NULL);
      content = tst_json_parse_object (tst_statement_text (find, 2), -1, NULL);
      if (!shown || !content)
        continue;
      moment = json_object_new ();
      json_object_set_string_member (moment, "id", tst_statement_text (find, 0));
      tst_shape_copy (shown, moment, names);
      tst_shape_set_label (moment, "moment_label", TST_LIST_MOMENT, tst_json_string (shown, "moment"));
      if (tst_statement_text (find, 3))
        json_object_set_string_member (moment, "text", tst_statement_text (find, 3));
      set_offset (stream, content, shown, moment);
      g_ptr_array_add (moments, moment);
    }
  g_ptr_array_sort (moments, by_offset);
  for (guint i = 0; i < moments->len; i++)
    json_array_add_object_element (list, json_object_ref (g_ptr_array_index (moments, i)));
  return TRUE;
}

JsonArray *
tst_visit_shape_streams (TstStore *store, const char *event, GError **error)
{
  static const char *const names[] = { "platform", "url", "event", NULL };
  g_autoptr (JsonArray) list = json_array_new ();
  gboolean row = FALSE;

  g_autoptr (TstStatement) find =
    tst_store_prepare (store, "SELECT id FROM stream_record WHERE type = 'stream-start' AND event = ?1 ORDER BY id", error);
  if (!find)
    return NULL;
  tst_statement_bind_text (find, 1, event);
  for (;;)
    {
      g_autoptr (JsonObject) one = json_object_new ();
      g_auto (Stream) stream = { 0 };
      const char *id = NULL;

      if (!tst_statement_step (find, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&list);
      id = tst_statement_text (find, 0);
      if (!load_stream (store, id, &stream, error))
        return NULL;
      if (!stream.start)
        continue;
      json_object_set_string_member (one, "id", id);
      tst_shape_copy (stream.start, one, names);
      tst_shape_set_label (one, "platform_label", TST_LIST_PLATFORM, tst_json_string (stream.start, "platform"));
      json_object_set_int_member (one, "at_s", stream.start_ms / 1000);
      if (stream.media_ms > 0)
        json_object_set_int_member (one, "media_ms", stream.media_ms);
      if (stream.recording)
        json_object_set_string_member (one, "recording_sha256", stream.recording);
      if (stream.recording_url)
        json_object_set_string_member (one, "recording_url", stream.recording_url);
      if (!put_moments (store, id, &stream, one, error))
        return NULL;
      /* The address of a stream comes out with the first moment that a person let out. */
      if (json_array_get_length (json_object_get_array_member (one, "moments")) > 0)
        json_array_add_object_element (list, g_steal_pointer (&one));
    }
}

/* --- visits --- */

JsonArray *
tst_visit_shape_visits (TstStore *store, const char *work, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();
  gboolean row = FALSE;

  g_autoptr (TstStatement) find =
    tst_store_prepare (store,
                       "SELECT i.event, max (json_extract (i.shown, '$.event_title')), min (i.utc_s), sum (i.type = 'photo'), sum (i.type = 'finding'),"
                       " sum (i.type = 'commitment'), max (CASE WHEN i.type = 'progress' THEN json_extract (i.shown, '$.observed_pct') END)"
                       " FROM item i JOIN event e ON e.id = i.event WHERE i.work = ?1 AND i.state = 'published' AND i.kind = 'evidence'"
                       " AND e.type = 'visita_obra' GROUP BY i.event ORDER BY min (i.utc_s) DESC LIMIT 50",
                       error);
  if (!find)
    return NULL;
  tst_statement_bind_text (find, 1, work);
  for (;;)
    {
      static const char *const counts[] = { "photos", "findings", "commitments" };
      JsonObject *one = NULL;
      JsonArray *streams = NULL;

      if (!tst_statement_step (find, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&list);
      one = json_object_new ();
      json_array_add_object_element (list, one);
      json_object_set_string_member (one, "event", tst_statement_text (find, 0));
      if (tst_statement_text (find, 1))
        json_object_set_string_member (one, "title", tst_statement_text (find, 1));
      json_object_set_int_member (one, "at_s", tst_statement_int (find, 2));
      for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
        json_object_set_int_member (one, counts[i], tst_statement_int (find, 3 + (int) i));
      if (!tst_statement_is_null (find, 6))
        json_object_set_double_member (one, "observed_pct", tst_statement_double (find, 6));
      streams = tst_visit_shape_streams (store, tst_json_string (one, "event"), error);
      if (!streams)
        return NULL;
      if (json_array_get_length (streams) > 0)
        json_object_set_object_member (one, "stream", json_object_ref (json_array_get_object_element (streams, 0)));
      json_array_unref (streams);
    }
}
