/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-moderation-private.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <string.h>

/* What a decision knows of its item. */

void
tst_moderation_item_free (TstModerationItem *self)
{
  g_free (self->id);
  g_free (self->device);
  g_free (self->kind);
  g_free (self->state);
  g_clear_pointer (&self->content, json_object_unref);
  g_clear_pointer (&self->body, json_object_unref);
  g_clear_pointer (&self->shown, json_object_unref);
  g_free (self->event_title);
  g_clear_pointer (&self->media, g_ptr_array_unref);
  g_clear_pointer (&self->destroyed, g_ptr_array_unref);
  g_free (self);
}

typedef struct
{
  const char *id;
  TstModerationItem *item;
} LoadCall;

static gboolean
load_media (TstStore *store, TstModerationItem *item, GError **error)
{
  gboolean row = FALSE;

  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT m.sha256, m.type, m.role, h.sha256 IS NOT NULL FROM record_media m"
                       " LEFT JOIN holding h ON h.sha256 = m.sha256 WHERE m.text_hash = ?1 ORDER BY m.sha256",
                       error);
  if (!list)
    return FALSE;
  tst_statement_bind_hash (list, 1, &item->text_hash);
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      TstModerationMedium *medium = g_new0 (TstModerationMedium, 1);
      tst_statement_hash (list, 0, &medium->sha256);
      g_strlcpy (medium->type, tst_statement_text (list, 1) ? tst_statement_text (list, 1) : "", sizeof medium->type);
      g_strlcpy (medium->role, tst_statement_text (list, 2) ? tst_statement_text (list, 2) : "", sizeof medium->role);
      medium->held = tst_statement_int (list, 3) != 0;
      g_ptr_array_add (item->media, medium);
    }
}

static gboolean
load_fork (TstStore *store, TstModerationItem *item, GError **error)
{
  g_autoptr (TstStatement) find =
    tst_store_prepare (store,
                       "SELECT 1 FROM leaf l JOIN leaf f ON f.device = l.device AND f.chain = l.chain AND f.fork = 1"
                       " AND f.seq <= l.seq WHERE l.text_hash = ?1 LIMIT 1",
                       error);
  if (!find)
    return FALSE;
  tst_statement_bind_hash (find, 1, &item->text_hash);
  return tst_statement_step (find, &item->forked, error);
}

/* Hashes that an erasure destroys: the body and those of its amendments, their sealed parts, media that no other living record names, and
 * derivatives that no other item shows. */
static gboolean
load_destroyed (TstStore *store, TstModerationItem *item, GError **error)
{
  static const char *const lists[] = {
    "SELECT body_hash FROM leaf WHERE text_hash = ?1 OR text_hash IN"
    " (SELECT text_hash FROM change WHERE target = ?2 AND device = ?3)"
    " OR idx IN (SELECT idx FROM decision WHERE target = ?2)",
    "SELECT sha256 FROM part WHERE text_hash = ?1 OR text_hash IN"
    " (SELECT text_hash FROM change WHERE target = ?2 AND device = ?3)",
    "SELECT sha256 FROM record_media m WHERE (text_hash = ?1 OR text_hash IN"
    " (SELECT text_hash FROM change WHERE target = ?2 AND device = ?3)) AND NOT EXISTS"
    " (SELECT 1 FROM record_media o JOIN leaf l ON l.text_hash = o.text_hash WHERE o.sha256 = m.sha256"
    "  AND o.text_hash <> m.text_hash AND l.body_state <> 'erased')",
    "SELECT sha256 FROM derivative d WHERE id = ?2 AND ?1 IS NOT NULL AND ?3 IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM derivative o WHERE o.sha256 = d.sha256 AND o.id <> d.id)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      gboolean row = FALSE;
      g_autoptr (TstStatement) list = tst_store_prepare (store, lists[i], error);

      if (!list)
        return FALSE;
      tst_statement_bind_hash (list, 1, &item->text_hash);
      tst_statement_bind_text (list, 2, item->id);
      tst_statement_bind_text (list, 3, item->device);
      for (;;)
        {
          TstHash hash;

          if (!tst_statement_step (list, &row, error))
            return FALSE;
          if (!row)
            break;
          if (tst_statement_hash (list, 0, &hash))
            g_ptr_array_add (item->destroyed, g_memdup2 (&hash, sizeof hash));
        }
    }
  return TRUE;
}

static gboolean
load_item (TstStore *store, gpointer data, GError **error)
{
  LoadCall *call = data;
  TstModerationItem *item = NULL;
  gboolean row = FALSE;

  g_autoptr (TstStatement) find =
    tst_store_prepare (store,
                       "SELECT l.text_hash, l.device, l.kind, coalesce (i.state, 'pending'), i.content, l.body_state, b.bytes,"
                       " l.chain, l.utc_s, i.shown, e.title,"
                       " EXISTS (SELECT 1 FROM decision d WHERE d.target = l.id AND d.type = 'accept'),"
                       " EXISTS (SELECT 1 FROM device v WHERE v.name = l.device AND v.state = 'lost') FROM leaf l"
                       " LEFT JOIN item i ON i.id = l.id AND i.text_hash = l.text_hash"
                       " LEFT JOIN event e ON e.id = json_extract (i.content, '$.event') LEFT JOIN body b ON b.text_hash = l.text_hash WHERE l.id = ?1 ORDER BY l.idx LIMIT 1",
                       error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, call->id);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (!row || g_strcmp0 (tst_statement_text (find, 7), "central") == 0
      || g_strcmp0 (tst_statement_text (find, 2), "system") == 0
      || g_strcmp0 (tst_statement_text (find, 2), "event") == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND,
                           "There is no item with that id; \"moderate --list\" shows what waits.");
      return FALSE;
    }
  item = call->item = g_new0 (TstModerationItem, 1);
  item->id = g_strdup (call->id);
  tst_statement_hash (find, 0, &item->text_hash);
  item->device = g_strdup (tst_statement_text (find, 1));
  item->kind = g_strdup (tst_statement_text (find, 2));
  item->state = g_strdup (tst_statement_text (find, 3));
  item->content = tst_statement_text (find, 4) ? tst_json_parse_object (tst_statement_text (find, 4), -1, NULL) : NULL;
  item->body_missing = g_strcmp0 (tst_statement_text (find, 5), "here") != 0;
  item->utc_s = tst_statement_int (find, 8);
  item->shown = tst_statement_text (find, 9) ? tst_json_parse_object (tst_statement_text (find, 9), -1, NULL) : NULL;
  item->event_title = g_strdup (tst_statement_text (find, 10));
  item->was_public = tst_statement_int (find, 11) != 0;
  item->lost = tst_statement_int (find, 12) != 0;
  item->media = g_ptr_array_new_with_free_func (g_free);
  item->destroyed = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) bytes = tst_statement_bytes (find, 6);
  item->body = bytes ? tst_body_parse (bytes, NULL) : NULL;
  return load_media (store, item, error) && load_fork (store, item, error) && load_destroyed (store, item, error);
}

TstModerationItem *
tst_moderation_load (TstModeration *self, const char *id, GError **error)
{
  LoadCall call = { .id = id };

  if (!tst_store_read (tst_central_get_store (self->central), load_item, &call, error))
    {
      g_clear_pointer (&call.item, tst_moderation_item_free);
      return NULL;
    }
  return call.item;
}
