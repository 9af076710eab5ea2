/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-photo-paste.h"

#include "base/tst-codec.h"
#include "base/tst-fs.h"

typedef struct
{
  GdkTexture *texture;
  char *folder, *path;
} Pasted;

static void
pasted_free (gpointer data)
{
  Pasted *pasted = data;

  g_object_unref (pasted->texture);
  g_free (pasted->folder);
  g_free (pasted->path);
  g_free (pasted);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Pasted *pasted = data;
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (pasted->texture);
  GError *error = NULL;

  if (tst_fs_ensure_folder (pasted->folder, 0700, &error) && tst_fs_write_durable (pasted->path, png, 0600, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tst_photo_paste_write_async (GdkTexture *texture, const char *folder, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *uuid = tst_uuid_new ();
  g_autofree char *name = g_strdup_printf ("pegada-%s.png", uuid);
  Pasted *pasted = g_new0 (Pasted, 1);

  pasted->texture = g_object_ref (texture);
  pasted->folder = g_strdup (folder);
  pasted->path = g_build_filename (folder, name, NULL);
  g_task_set_task_data (task, pasted, pasted_free);
  g_task_run_in_thread (task, write_in_thread);
}

char *
tst_photo_paste_write_finish (GAsyncResult *result, GError **error)
{
  Pasted *pasted = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? g_strdup (pasted->path) : NULL;
}
