/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-texture.h"

#include "base/tst-fs.h"
#include "media/tst-picture.h"

/* Two decoders leave a core of a small tablet to the screen. */
#define THREADS 2
#define MAX_FILE (256u * 1024 * 1024)

typedef struct
{
  char *path;
  guint width;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job);
}

static GdkTexture *
load (const Job *job, GError **error)
{
  g_autoptr (GBytes) data = tst_fs_read (job->path, MAX_FILE, error);
  g_autoptr (TstImageInfo) info = NULL;
  g_autoptr (TstPicture) picture = NULL;
  g_autoptr (GBytes) pixels = NULL;

  if (data == NULL)
    return NULL;
  info = tst_image_info_read_bytes (data, error);
  if (info == NULL)
    return NULL;
  picture = tst_picture_decode (data, info->orientation, job->width, FALSE, error);
  if (picture == NULL)
    return NULL;
  if (job->width > 0 && picture->width > job->width)
    {
      TstPicture *small = tst_picture_scale (picture, job->width);

      tst_picture_free (picture);
      picture = small;
    }
  {
    /* The picture lives as long as the texture's bytes. */
    TstPicture *kept = g_steal_pointer (&picture);

    pixels = g_bytes_new_with_free_func (kept->pixels, (gsize) kept->width * kept->height * 3, (GDestroyNotify) tst_picture_free,
                                         kept);
    return gdk_memory_texture_new (kept->width, kept->height, GDK_MEMORY_R8G8B8, pixels, (gsize) kept->width * 3);
  }
}

static void
work (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GdkTexture *texture;

  if (g_task_return_error_if_cancelled (task))
    return;
  texture = load (g_task_get_task_data (task), &error);
  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static GThreadPool *
get_pool (void)
{
  static gsize once = 0;
  static GThreadPool *pool;

  if (g_once_init_enter (&once))
    {
      pool = g_thread_pool_new (work, NULL, THREADS, FALSE, NULL);
      g_once_init_leave (&once, 1);
    }
  return pool;
}

void
tst_texture_load_async (const char *path, guint width, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (path);
  job->width = width;
  g_task_set_task_data (task, job, job_free);
  g_task_set_source_tag (task, tst_texture_load_async);
  g_thread_pool_push (get_pool (), task, NULL);
}

GdkTexture *
tst_texture_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
