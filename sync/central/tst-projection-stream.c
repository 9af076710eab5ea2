/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "record/tst-body.h"

/* Start, anchors and end of a live stream: events of a device that are no items, and without which no moment has a place in the recording. */

gboolean
tst_projection_is_stream (const char *type)
{
  static const char *const types[] = { "stream-start", "stream-anchor", "stream-end", NULL };

  return type && g_strv_contains (types, type);
}

static gboolean
is_withdrawn (TstStore *store, const TstLeafRow *leaf, gboolean *withdrawn, GError **error)
{
  g_autoptr (TstStatement) find = tst_store_prepare (
    store, "SELECT 1 FROM change WHERE target = ?1 AND device = ?2 AND type IN ('withdraw', 'discard') LIMIT 1", error);

  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, leaf->id);
  tst_statement_bind_text (find, 2, leaf->device);
  return tst_statement_step (find, withdrawn, error);
}

/* Of an end, what is known of the recording only later; nothing else of a stream is put right. */
static gboolean
apply_amendments (TstStore *store, const TstLeafRow *leaf, JsonObject *content, GError **error)
{
  static const char *const names[] = { "media_ms", "recording_sha256", "url" };
  g_autoptr (TstStatement) list = tst_store_prepare (
    store, "SELECT content FROM change WHERE target = ?1 AND device = ?2 AND type = 'amend' ORDER BY seq, text_hash", error);
  gboolean row;

  if (!list)
    return FALSE;
  tst_statement_bind_text (list, 1, leaf->id);
  tst_statement_bind_text (list, 2, leaf->device);
  while (tst_statement_step (list, &row, error))
    {
      g_autoptr (JsonObject) change = NULL;
      JsonObject *changes;

      if (!row)
        return TRUE;
      change = tst_json_parse_object (tst_statement_text (list, 0), -1, NULL);
      changes = change ? tst_json_object (change, "changes") : NULL;
      for (guint i = 0; changes && i < G_N_ELEMENTS (names); i++)
        if (json_object_has_member (changes, names[i]))
          json_object_set_member (content, names[i], json_object_dup_member (changes, names[i]));
    }
  return FALSE;
}

gboolean
tst_projection_refresh_stream (TstStore *store, const TstLeafRow *leaf, JsonObject *body, GError **error)
{
  gboolean withdrawn = FALSE;

  if (!is_withdrawn (store, leaf, &withdrawn, error))
    return FALSE;
  if (withdrawn)
    {
      g_autoptr (TstStatement) drop = tst_store_prepare (store, "DELETE FROM stream_record WHERE id = ?1", error);

      if (!drop)
        return FALSE;
      tst_statement_bind_text (drop, 1, leaf->id);
      return tst_statement_step (drop, NULL, error);
    }

  g_autoptr (JsonObject) content = tst_projection_content (body);
  const char *type = tst_json_string (body, "type");

  if (g_strcmp0 (type, "stream-end") == 0 && !apply_amendments (store, leaf, content, error))
    return FALSE;
  g_autofree char *text = tst_json_write (content);
  g_autoptr (TstStatement) put = tst_store_prepare (
    store, "INSERT OR REPLACE INTO stream_record (id, type, stream, event, device, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
  if (!put)
    return FALSE;
  tst_statement_bind_text (put, 1, leaf->id);
  tst_statement_bind_text (put, 2, type);
  tst_statement_bind_text (put, 3, g_str_equal (type, "stream-start") ? leaf->id : tst_json_string (body, "stream"));
  tst_statement_bind_text (put, 4, tst_json_string (body, "event"));
  tst_statement_bind_text (put, 5, leaf->device);
  tst_statement_bind_text (put, 6, text);
  return tst_statement_step (put, NULL, error);
}
