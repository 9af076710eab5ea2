/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-fs.h"

#include <errno.h>
#include <glib/gstdio.h>

typedef struct
{
  GArray *present;  /* of TstHash */
  GPtrArray *orphans; /* of hex */
} Sweep;

static gboolean
find_orphans (TstStore *store, gpointer data, GError **error)
{
  Sweep *sweep = data;

  for (guint i = 0; i < sweep->present->len; i++)
    {
      const TstHash *hash = &g_array_index (sweep->present, TstHash, i);
      g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT 1 FROM medium WHERE sha256 = ?1", error);
      gboolean known;

      if (statement == NULL)
        return FALSE;
      tst_statement_bind_hash (statement, 1, hash);
      if (!tst_statement_step (statement, &known, error))
        return FALSE;
      if (!known)
        g_ptr_array_add (sweep->orphans, g_memdup2 (hash, sizeof *hash));
    }
  return TRUE;
}

/* A medium whose record was never committed was never acknowledged: it goes aside whole, for a person to look at. */
gboolean
tst_field_book_quarantine_orphans (TstFieldBook *self, GError **error)
{
  g_autoptr (GArray) present = tst_media_store_list (self->media, error);
  g_autoptr (GPtrArray) orphans = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_build_filename (self->folder, "quarantine", NULL);
  Sweep sweep = { present, orphans };

  if (present == NULL || !tst_store_read (self->store, find_orphans, &sweep, error))
    return FALSE;
  if (orphans->len == 0)
    return TRUE;
  if (!tst_fs_ensure_folder (folder, 0700, error))
    return FALSE;
  for (guint i = 0; i < orphans->len; i++)
    {
      const TstHash *hash = orphans->pdata[i];
      g_autofree char *hex = tst_hash_to_hex (hash);
      g_autofree char *from = tst_media_store_path (self->media, hash);
      g_autofree char *to = g_build_filename (folder, hex, NULL);
      g_autofree char *parent = g_path_get_dirname (from);

      if (g_rename (from, to) != 0)
        {
          tst_error_set_errno (error, errno, "A file that belongs to no record could not be set aside");
          return FALSE;
        }
      if (!tst_fs_sync_folder (parent, error))
        return FALSE;
    }
  return tst_fs_sync_folder (folder, error);
}
