/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "journal/tst-viewpoint-pictures.h"

#include <errno.h>
#include <glib/gstdio.h>

/* Pictures of viewpoints that others captured. None is worth a run: what does not come is asked for the next time, and half of one goes on from there. */

static gboolean
fetch (TstSyncRun *self, const TstWantedPicture *picture, GError **error)
{
  g_autofree char *hex = tst_hash_to_hex (&picture->sha256);
  g_autofree char *address = g_strconcat ("picture/", hex, NULL);
  g_autofree char *path = tst_viewpoint_picture_path (tst_field_book_get_folder (self->book), &picture->sha256);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  TstHash found;

  if (!tst_fs_ensure_folder (folder, 0700, error) || !tst_sync_download (self, address, part, picture->bytes, error)
      || !tst_sync_make_durable (part, error) || !tst_hash_file (part, &found, NULL, self->cancellable, error))
    return FALSE;
  if (!tst_hash_equal (&found, &picture->sha256))
    {
      g_unlink (part);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH, "A picture came otherwise than central said; it is fetched anew");
      return FALSE;
    }
  if (g_rename (part, path) != 0)
    {
      tst_error_set_errno (error, errno, "A picture could not take its place");
      return FALSE;
    }
  return tst_fs_sync_folder (folder, error);
}

gboolean
tst_sync_pictures (TstSyncRun *self, GError **error)
{
  g_autoptr (GPtrArray) wanted = tst_viewpoint_pictures_wanted (self->book, error);

  if (wanted == NULL)
    return FALSE;
  for (guint i = 0; i < wanted->len; i++)
    {
      g_autoptr (GError) local = NULL;

      if (fetch (self, wanted->pdata[i], &local))
        {
          if (self->observer.changed != NULL)
            self->observer.changed (self->observer.user_data);
          continue;
        }
      if (tst_sync_ends_run (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_info ("A picture of a viewpoint did not come: %s", local->message);
      /* A full disk will not have room for the next one either. */
      if (g_error_matches (local, TST_ERROR, TST_ERROR_NO_SPACE))
        return TRUE;
    }
  return TRUE;
}
