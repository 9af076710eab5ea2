/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "base/tst-codec.h"
#include "base/tst-fs.h"
#include "record/tst-body.h"

#include <string.h>

#define CATALOGUE_MAX (512u * 1024 * 1024)

GBytes *
tst_projection_load_catalogue (TstMediaStore *media, JsonObject *body)
{
  g_autoptr (GPtrArray) refs = tst_body_get_media (body, NULL);

  for (guint i = 0; refs && i < refs->len; i++)
    {
      const TstPartRef *ref = g_ptr_array_index (refs, i);

      if (g_strcmp0 (ref->role, "catalogue") == 0)
        {
          g_autofree char *path = tst_media_store_path (media, &ref->sha256);
          return tst_fs_read (path, CATALOGUE_MAX, NULL);
        }
    }
  return NULL;
}

gboolean
tst_projection_import_events (TstStore *store, TstMediaStore *media, guint64 idx, JsonObject *body, GError **error)
{
  g_autoptr (GBytes) file = tst_projection_load_catalogue (media, body);
  TstProjectionCounts counts = { 0 };
  const char *at = NULL;
  const char *end = NULL;

  if (!file)
    return TRUE;
  at = g_bytes_get_data (file, NULL);
  end = at + g_bytes_get_size (file);
  while (at < end)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      gsize length = (gsize) ((line_end ? line_end : end) - at);
      g_autoptr (JsonObject) event = length > 0 ? tst_json_parse_object (at, (gssize) length, NULL) : NULL;
      const char *id = event ? tst_json_string (event, "id") : NULL;

      at += length + 1;
      if (!id || !tst_uuid_is_valid (id))
        continue;
      g_autoptr (TstStatement) find =
        tst_store_prepare (store, "SELECT content FROM event WHERE id = ?1 AND assigned = 1", error);
      gboolean row = FALSE;
      g_autofree char *text = tst_json_write (event);
      if (!find)
        return FALSE;
      tst_statement_bind_text (find, 1, id);
      if (!tst_statement_step (find, &row, error))
        return FALSE;
      if (row && g_strcmp0 (tst_statement_text (find, 0), text) == 0)
        {
          counts.unchanged++;
          continue;
        }
      if (row)
        counts.updated++;
      else
        counts.added++;
      tst_statement_reset (find);
      if (!tst_projection_put_event (store, id, (gint64) idx + 1, TRUE, FALSE, event, error)
          || !tst_projection_refresh_event (store, id, error))
        return FALSE;
    }
  *tst_projection_get_counts (store) = counts;
  return TRUE;
}
