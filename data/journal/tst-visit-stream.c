/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-visit-private.h"

#include "base/tst-codec.h"
#include "model/tst-stream-clock.h"
#include "record/tst-body.h"

#include <string.h>

#define START_ERROR_MS 5000 /* between pressing «Inicié la transmisión» and the platform's first frame */

gboolean
tst_visit_live_stream (TstStore *store, const char *event, char **stream, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "SELECT i.id FROM item i WHERE i.type = 'stream-start' AND i.event = ?1 AND i.standing = 'valid' AND NOT EXISTS"
    " (SELECT 1 FROM item e WHERE e.type = 'stream-end' AND e.event = ?1 AND e.standing = 'valid'"
    "  AND e.refers = i.id) ORDER BY i.epoch DESC, i.seq DESC LIMIT 1", error);
  gboolean row;

  *stream = NULL;
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, event);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *stream = g_strdup (tst_statement_text (statement, 0));
  return TRUE;
}

/* --- time --- */

/* Unix milliseconds; FALSE when it is no time. */
static gboolean
read_ms (const char *text, gint64 *ms)
{
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (time == NULL)
    return FALSE;
  *ms = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
  return TRUE;
}

typedef struct
{
  char *boot;
  gint64 wall_ms, mono_ms;
} Start;

/* The start as its record has it: from then on the monotonic clock tells the distance, whatever became of the other. */
static gboolean
load_start (TstStore *store, const char *stream, Start *start, GError **error)
{
  g_auto (TstJournalRow) row = { 0 };
  g_autoptr (JsonObject) body = NULL;

  if (!tst_journal_find (store, stream, &row, error))
    return FALSE;
  if (row.body == NULL || row.body_sealed || (body = tst_body_parse (row.body, NULL)) == NULL
      || !read_ms (tst_json_string (body, "time"), &start->wall_ms))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such stream on this device. Nothing was changed.");
      return FALSE;
    }
  start->boot = g_strdup (tst_json_string (body, "boot"));
  start->mono_ms = tst_json_int (body, "mono_ms", 0);
  return TRUE;
}

static gboolean
load_anchors (TstStore *store, const char *stream, const Start *start, GArray *anchors, GError **error)
{
  TstStreamAnchor first = { start->wall_ms, 0, START_ERROR_MS };
  gboolean row;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "SELECT json_extract (content, '$.wall'), json_extract (content, '$.media_ms'), json_extract (content, '$.error_ms') FROM item"
    " WHERE type = 'stream-anchor' AND standing = 'valid' AND refers = ?1", error);

  if (statement == NULL)
    return FALSE;
  g_array_append_val (anchors, first);
  tst_statement_bind_text (statement, 1, stream);
  while (TRUE)
    {
      TstStreamAnchor anchor = { 0 };

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        break;
      if (!read_ms (tst_statement_text (statement, 0), &anchor.wall_ms))
        continue;
      anchor.media_ms = tst_statement_int (statement, 1);
      anchor.error_ms = MAX (tst_statement_int (statement, 2), 0);
      g_array_append_val (anchors, anchor);
    }
  tst_stream_anchors_sort ((TstStreamAnchor *) anchors->data, anchors->len);
  return TRUE;
}

gboolean
tst_visit_set_offset (TstStore *store, const char *stream, JsonObject *body, JsonObject *to, GError **error)
{
  g_autoptr (GArray) anchors = g_array_new (FALSE, FALSE, sizeof (TstStreamAnchor));
  g_autofree char *boot = NULL;
  Start start = { 0 };
  TstStreamOffset offset;
  gint64 wall_ms;

  if (!load_start (store, stream, &start, error))
    return FALSE;
  boot = start.boot;
  if (!load_anchors (store, stream, &start, anchors, error))
    return FALSE;
  if (!read_ms (tst_json_string (body, "time"), &wall_ms))
    return TRUE;
  if (boot != NULL && g_strcmp0 (boot, tst_json_string (body, "boot")) == 0)
    wall_ms = start.wall_ms + tst_json_int (body, "mono_ms", start.mono_ms) - start.mono_ms;
  if (!tst_stream_offset ((const TstStreamAnchor *) anchors->data, anchors->len, wall_ms, &offset))
    return TRUE;
  json_object_set_int_member (to, "offset_ms", offset.offset_ms);
  json_object_set_int_member (to, "error_ms", offset.error_ms);
  if (offset.broken)
    json_object_set_boolean_member (to, "broken", TRUE);
  else
    json_object_remove_member (to, "broken");
  return TRUE;
}

/* --- moments by themselves --- */

static const char *
moment_of (const char *type)
{
  static const struct
  {
    const char *type, *moment;
  } moments[] = {
    { "photo", "evidencia" },   { "video", "evidencia" },       { "audio", "evidencia" },
    { "finding", "evidencia" }, { "commitment", "compromiso" }, { "commitment-close", "compromiso" },
    { "stream-start", "inicio" }, { "stream-end", "cierre" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    if (strcmp (moments[i].type, type) == 0)
      return moments[i].moment;
  return NULL;
}

gboolean
tst_visit_follow_stream (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  const char *code = draft->chain == TST_CHAIN_FIELD && draft->event != NULL ? moment_of (draft->type) : NULL;
  g_autofree char *stream = NULL;
  g_autoptr (TstDraft) moment = NULL;

  if (code == NULL)
    return TRUE;
  if (strcmp (draft->type, "stream-end") == 0)
    stream = g_strdup (tst_json_string (draft->content, "stream"));
  else if (!tst_visit_live_stream (store, draft->event, &stream, error))
    return FALSE;
  if (stream == NULL)
    return TRUE;
  moment = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "moment");
  moment->time = draft->time;
  for (guint i = 0; i < 3; i++)
    {
      /* The moment is when the thing was captured, not when this record was written. */
      static const char *const frame[] = { "time", "boot", "mono_ms" };

      json_object_set_member (moment->content, frame[i], json_object_dup_member (draft->content, frame[i]));
    }
  tst_draft_set_event (moment, draft->event);
  tst_draft_set_work (moment, draft->work);
  tst_draft_set_string (moment, "stream", stream);
  tst_draft_set_string (moment, "moment", code);
  tst_draft_set_string (moment, "target", draft->id);
  return tst_visit_set_offset (store, stream, moment->content, moment->content, error) && tst_draft_seal (moment, self, error)
         && tst_journal_append (self, store, moment, error);
}
