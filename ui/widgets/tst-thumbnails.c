/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-thumbnails.h"

#include "journal/tst-viewpoint-pictures.h"
#include "media/tst-thumbnail.h"

#include <string.h>
#include <sys/resource.h>

#define THREADS 2
#define DEFAULT_MAX_BYTES (64u * 1024 * 1024)
/* Of a decoding thread: the screen goes first. */
#define NICENESS 10

struct _TstThumbnails
{
  GObject parent_instance;
  TstMediaStore *media;
  GThreadPool *pool;
  gsize max_bytes, bytes;
  char *folder; /* (nullable): of the field book */
  guint last_id, decoded;
  GHashTable *jobs;    /* key → Job, those under way */
  GHashTable *waiting; /* id → Job */
  GHashTable *kept;    /* key → Kept */
  GQueue recent;       /* of Kept, the last seen first */
};

G_DEFINE_FINAL_TYPE (TstThumbnails, tst_thumbnails, G_TYPE_OBJECT)

typedef struct
{
  char *key;
  GdkTexture *texture; /* NULL: cannot be shown */
  gsize bytes;
  GList link;
} Kept;

typedef struct
{
  guint id;
  TstThumbnailReady ready;
  gpointer user_data;
} Waiter;

typedef struct
{
  gatomicrefcount refs; /* the table's, the pool's */
  GWeakRef owner;
  TstMediaStore *media;
  char *folder; /* (nullable) */
  char *key;
  TstHash sha256;
  guint width;
  guint order;
  int unwanted;    /* atomic */
  GArray *waiters; /* of Waiter; main thread */
  GdkTexture *texture;
  gboolean skipped;
} Job;

static void
job_unref (Job *job)
{
  if (!g_atomic_ref_count_dec (&job->refs))
    return;
  g_weak_ref_clear (&job->owner);
  tst_media_store_unref (job->media);
  g_free (job->folder);
  g_array_unref (job->waiters);
  g_clear_object (&job->texture);
  g_free (job->key);
  g_free (job);
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_clear_object (&kept->texture);
  g_free (kept->key);
  g_free (kept);
}

/* As it is: three bytes a pixel are what GTK 4.8 makes its own form of most quickly (see tst-map-ground.c). */
static GdkTexture *
make_texture (const TstPicture *picture)
{
  gsize stride = (gsize) picture->width * 3;
  g_autoptr (GBytes) bytes = g_bytes_new (picture->pixels, stride * picture->height);

  return gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8, bytes, stride);
}

static void
shrink (TstThumbnails *self)
{
  while (self->bytes > self->max_bytes && self->recent.tail != NULL && self->recent.tail != self->recent.head)
    {
      Kept *kept = self->recent.tail->data;

      g_queue_unlink (&self->recent, &kept->link);
      self->bytes -= kept->bytes;
      g_hash_table_remove (self->kept, kept->key);
    }
}

static void
keep (TstThumbnails *self, const char *key, GdkTexture *texture)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->key = g_strdup (key);
  kept->texture = texture != NULL ? g_object_ref (texture) : NULL;
  kept->bytes = 256 + (texture != NULL ? (gsize) gdk_texture_get_width (texture) * gdk_texture_get_height (texture) * 4 : 0);
  kept->link.data = kept;
  g_queue_push_head_link (&self->recent, &kept->link);
  g_hash_table_insert (self->kept, kept->key, kept);
  self->bytes += kept->bytes;
  shrink (self);
}

static gboolean
deliver (gpointer data)
{
  Job *job = data;
  g_autoptr (TstThumbnails) self = g_weak_ref_get (&job->owner);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  /* Unless another one took its place after it was given up. */
  if (g_hash_table_lookup (self->jobs, job->key) == job)
    {
      g_hash_table_steal (self->jobs, job->key);
      job_unref (job);
    }
  if (job->skipped)
    return G_SOURCE_REMOVE;
  self->decoded++;
  /* One that would push out the others by itself is not kept: a picture looked at from near. Nor is it kept that one is not here: it may come. */
  if ((job->texture != NULL || self->folder == NULL) && !g_hash_table_contains (self->kept, job->key)
      && (job->texture == NULL
          || (gsize) gdk_texture_get_width (job->texture) * gdk_texture_get_height (job->texture) * 4 <= self->max_bytes / 4))
    keep (self, job->key, job->texture);
  for (guint i = 0; i < job->waiters->len; i++)
    {
      Waiter waiter = g_array_index (job->waiters, Waiter, i);

      g_hash_table_remove (self->waiting, GUINT_TO_POINTER (waiter.id));
      waiter.ready (job->texture, waiter.user_data);
    }
  return G_SOURCE_REMOVE;
}

/* What another tablet captured is no medium of this one: a viewpoint's picture that came down. */
static TstPicture *
load_other (Job *job)
{
  g_autofree char *path = tst_viewpoint_picture_path (job->folder, &job->sha256);

  return tst_thumbnail_load (path, job->width, NULL);
}

static void
decode (gpointer data, gpointer user_data)
{
  static GPrivate lowered;
  Job *job = data;

  if (g_private_get (&lowered) == NULL)
    {
      /* Linux: of this thread alone. A kernel that refuses costs smoothness only. */
      setpriority (PRIO_PROCESS, 0, NICENESS);
      g_private_set (&lowered, GINT_TO_POINTER (1));
    }
  if (g_atomic_int_get (&job->unwanted))
    job->skipped = TRUE;
  else
    {
      g_autofree char *path = tst_media_store_path (job->media, &job->sha256);
      g_autoptr (TstPicture) picture = tst_thumbnail_load (path, job->width, NULL);

      if (picture == NULL && job->folder != NULL)
        picture = load_other (job);
      if (picture != NULL)
        job->texture = make_texture (picture);
    }
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, deliver, job, (GDestroyNotify) job_unref);
}

/* The last asked for first: it is what the person looks at. */
static int
compare_jobs (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Job *x = a, *y = b;

  return x->order < y->order ? 1 : x->order > y->order ? -1 : 0;
}

static void
tst_thumbnails_finalize (GObject *object)
{
  TstThumbnails *self = TST_THUMBNAILS (object);
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    {
      g_atomic_int_set (&((Job *) job)->unwanted, 1);
      g_array_set_size (((Job *) job)->waiters, 0);
    }
  g_thread_pool_free (self->pool, FALSE, FALSE);
  g_hash_table_unref (self->jobs);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->kept);
  tst_media_store_unref (self->media);
  g_free (self->folder);
  G_OBJECT_CLASS (tst_thumbnails_parent_class)->finalize (object);
}

static void
tst_thumbnails_class_init (TstThumbnailsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_thumbnails_finalize;
}

static void
tst_thumbnails_init (TstThumbnails *self)
{
  self->jobs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) job_unref);
  self->waiting = g_hash_table_new (NULL, NULL);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, kept_free);
  g_queue_init (&self->recent);
  /* Threads of its own: they are made less urgent than others. */
  self->pool = g_thread_pool_new (decode, NULL, THREADS, TRUE, NULL);
  g_thread_pool_set_sort_function (self->pool, compare_jobs, NULL);
}

TstThumbnails *
tst_thumbnails_new (TstMediaStore *media, gsize max_bytes)
{
  TstThumbnails *self = g_object_new (TST_TYPE_THUMBNAILS, NULL);

  self->media = tst_media_store_ref (media);
  self->max_bytes = max_bytes;
  return self;
}

TstThumbnails *
tst_thumbnails_for_book (TstFieldBook *book)
{
  TstThumbnails *self;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (book), NULL);
  self = g_object_get_data (G_OBJECT (book), "tst-thumbnails");
  if (self == NULL)
    {
      self = tst_thumbnails_new (tst_field_book_get_media (book), DEFAULT_MAX_BYTES);
      self->folder = g_strdup (tst_field_book_get_folder (book));
      g_object_set_data_full (G_OBJECT (book), "tst-thumbnails", self, g_object_unref);
    }
  return self;
}

static Job *
job_new (TstThumbnails *self, const char *key, const TstHash *sha256, guint width)
{
  Job *job = g_new0 (Job, 1);

  g_atomic_ref_count_init (&job->refs);
  g_atomic_ref_count_inc (&job->refs);
  g_weak_ref_init (&job->owner, self);
  job->media = tst_media_store_ref (self->media);
  job->folder = g_strdup (self->folder);
  job->key = g_strdup (key);
  job->sha256 = *sha256;
  job->width = width;
  job->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  return job;
}

GdkTexture *
tst_thumbnails_get (TstThumbnails *self, const char *sha256, guint width, TstThumbnailReady ready, gpointer user_data,
                    guint *id)
{
  g_autofree char *key = g_strdup_printf ("%s/%u", sha256, width);
  Waiter waiter = { 0, ready, user_data };
  TstHash hash;
  Kept *kept;
  Job *job;

  g_return_val_if_fail (TST_IS_THUMBNAILS (self) && sha256 != NULL && width > 0, NULL);
  *id = 0;
  kept = g_hash_table_lookup (self->kept, key);
  if (kept != NULL)
    {
      g_queue_unlink (&self->recent, &kept->link);
      g_queue_push_head_link (&self->recent, &kept->link);
      return kept->texture;
    }
  if (!tst_hash_from_hex (sha256, &hash))
    return NULL;
  job = g_hash_table_lookup (self->jobs, key);
  waiter.id = ++self->last_id;
  if (job == NULL)
    {
      job = job_new (self, key, &hash, width);
      job->order = waiter.id;
      g_array_append_val (job->waiters, waiter);
      g_hash_table_insert (self->jobs, job->key, job);
      g_thread_pool_push (self->pool, job, NULL);
    }
  else
    g_array_append_val (job->waiters, waiter);
  g_hash_table_insert (self->waiting, GUINT_TO_POINTER (waiter.id), job);
  *id = waiter.id;
  return NULL;
}

void
tst_thumbnails_cancel (TstThumbnails *self, guint id)
{
  Job *job;

  g_return_if_fail (TST_IS_THUMBNAILS (self));
  job = g_hash_table_lookup (self->waiting, GUINT_TO_POINTER (id));
  if (job == NULL)
    return;
  g_hash_table_remove (self->waiting, GUINT_TO_POINTER (id));
  for (guint i = 0; i < job->waiters->len; i++)
    if (g_array_index (job->waiters, Waiter, i).id == id)
      {
        g_array_remove_index (job->waiters, i);
        break;
      }
  if (job->waiters->len == 0 && g_hash_table_lookup (self->jobs, job->key) == job)
    {
      /* Whoever asks for it again gets a new one. */
      g_atomic_int_set (&job->unwanted, 1);
      g_hash_table_remove (self->jobs, job->key);
    }
}

gsize
tst_thumbnails_get_bytes (TstThumbnails *self)
{
  g_return_val_if_fail (TST_IS_THUMBNAILS (self), 0);
  return self->bytes;
}

guint
tst_thumbnails_get_decoded (TstThumbnails *self)
{
  g_return_val_if_fail (TST_IS_THUMBNAILS (self), 0);
  return self->decoded;
}
