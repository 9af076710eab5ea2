/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "record/tst-body.h"

/* Events: opened on a device (and then its record's), or assigned by central. */

static gboolean
is_assigned (TstStore *store, const char *id, gboolean *assigned, GError **error)
{
  *assigned = FALSE;
  g_autoptr (TstStatement) find =
    tst_store_prepare (store, "SELECT 1 FROM event WHERE id = ?1 AND assigned = 1", error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, id);
  return tst_statement_step (find, assigned, error);
}

gboolean
tst_projection_put_event (TstStore *store, const char *id, gint64 rev, gboolean assigned, gboolean closed,
                          JsonObject *content, GError **error)
{
  g_autofree char *text = tst_json_write (content);
  gint64 starts_s = 0;
  gint64 ends_s = 0;

  g_autoptr (TstStatement) put =
    tst_store_prepare (store,
                       "INSERT OR REPLACE INTO event (id, rev, assigned, type, title, work, starts_s, ends_s, closed,"
                       " content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                       error);
  if (!put)
    return FALSE;
  tst_statement_bind_text (put, 1, id);
  tst_statement_bind_int (put, 2, rev);
  tst_statement_bind_int (put, 3, assigned);
  /* A record calls it "event_type", since its "type" is its own; an assigned event has the plain name. */
  tst_statement_bind_text (put, 4,
                           tst_json_string (content, json_object_has_member (content, "event_type") ? "event_type" : "type"));
  tst_statement_bind_text (put, 5, tst_json_string (content, "title"));
  tst_statement_bind_text (put, 6, tst_json_string (content, "work"));
  if (tst_projection_instant (tst_json_string (content, "starts"), &starts_s))
    tst_statement_bind_int (put, 7, starts_s);
  if (tst_projection_instant (tst_json_string (content, "ends"), &ends_s))
    tst_statement_bind_int (put, 8, ends_s);
  tst_statement_bind_int (put, 9, closed);
  tst_statement_bind_text (put, 10, text);
  return tst_statement_step (put, NULL, error);
}

/* An event is closed by the tablet that opened it; an assigned one by any that joined it. */
static gboolean
is_closed (TstStore *store, const char *id, const char *device, gboolean *closed, GError **error)
{
  *closed = FALSE;
  g_autoptr (TstStatement) find = tst_store_prepare (
    store, "SELECT 1 FROM change WHERE target = ?1 AND type = 'event-close' AND (?2 IS NULL OR device = ?2) LIMIT 1",
    error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, id);
  tst_statement_bind_text (find, 2, device);
  return tst_statement_step (find, closed, error);
}

static gboolean
apply_changes (TstStore *store, const TstLeafRow *leaf, JsonObject *content, gboolean *withdrawn, GError **error)
{
  gboolean row = FALSE;

  *withdrawn = FALSE;
  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT type, content FROM change WHERE target = ?1 AND device = ?2"
                       " AND type IN ('amend', 'withdraw', 'discard') ORDER BY seq, text_hash",
                       error);
  if (!list)
    return FALSE;
  tst_statement_bind_text (list, 1, leaf->id);
  tst_statement_bind_text (list, 2, leaf->device);
  for (;;)
    {
      g_autoptr (JsonObject) change = NULL;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (g_strcmp0 (tst_statement_text (list, 0), "amend") != 0)
        {
          *withdrawn = TRUE;
          continue;
        }
      change = tst_json_parse_object (tst_statement_text (list, 1), -1, NULL);
      if (change && tst_json_object (change, "changes"))
        tst_projection_merge (content, tst_json_object (change, "changes"));
    }
}

gboolean
tst_projection_refresh_event (TstStore *store, const char *id, GError **error)
{
  g_autoptr (TstLeafRow) leaf = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (JsonObject) content = NULL;
  gboolean assigned = FALSE;
  gboolean closed = FALSE;
  gboolean withdrawn = FALSE;

  if (!is_assigned (store, id, &assigned, error))
    return FALSE;
  if (assigned)
    {
      if (!is_closed (store, id, NULL, &closed, error))
        return FALSE;
      g_autoptr (TstStatement) mark = tst_store_prepare (store, "UPDATE event SET closed = ?2 WHERE id = ?1", error);
      if (!mark)
        return FALSE;
      tst_statement_bind_text (mark, 1, id);
      tst_statement_bind_int (mark, 2, closed);
      return tst_statement_step (mark, NULL, error);
    }

  if (!tst_projection_find_leaf (store, id, &leaf, error))
    return FALSE;
  if (!leaf || !g_str_equal (leaf->kind, "event") || !g_str_equal (leaf->chain, "field"))
    return TRUE;
  if (!tst_projection_load_body (store, &leaf->text_hash, &body, error))
    return FALSE;
  if (!body || g_strcmp0 (tst_json_string (body, "type"), "event-open") != 0)
    return TRUE;
  content = tst_projection_content (body);
  if (!apply_changes (store, leaf, content, &withdrawn, error)
      || !is_closed (store, id, leaf->device, &closed, error))
    return FALSE;
  if (withdrawn)
    {
      g_autoptr (TstStatement) drop = tst_store_prepare (store, "DELETE FROM event WHERE id = ?1", error);
      if (!drop)
        return FALSE;
      tst_statement_bind_text (drop, 1, id);
      return tst_statement_step (drop, NULL, error);
    }
  return tst_projection_put_event (store, id, 0, FALSE, closed, content, error);
}
