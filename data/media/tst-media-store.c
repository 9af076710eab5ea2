/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-media-store.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large enough that system calls cost nothing, small enough that hash and disk start early. */
#define CHUNK_SIZE (512 * 1024)
/* Chunks in flight between the writer and the hasher; bounds the memory of a put. */
#define N_CHUNKS 4
#define EARLY_WRITE (16u * 1024 * 1024)
/* What a put leaves behind when power fails. Uploads under way never begin with a dot. */
#define PUT_PREFIX ".put-"

struct _TstMediaStore
{
  grefcount ref_count;
  char *folder;
  char *tmp;

  /* Shelves (ab/cd) whose own names this process knows to be durable, one bit each. A folder that merely exists may be
   * one that another thread, or a process killed in between, made and has not synced. */
  GMutex lock;
  guint8 shelves[65536 / 8];
};

TstMediaStore *
tst_media_store_open (const char *folder, GError **error)
{
  g_autoptr (TstMediaStore) self = g_new0 (TstMediaStore, 1);
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) local = NULL;
  const char *name;

  g_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->folder = g_strdup (folder);
  self->tmp = g_build_filename (folder, "tmp", NULL);
  if (!tst_fs_ensure_folder (self->tmp, 0700, error))
    return NULL;
  /* The first level is made at once, so that a capture does not wait for it. */
  for (guint i = 0; i < 256; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%02x", folder, i);

      if (g_mkdir (path, 0700) != 0 && errno != EEXIST)
        {
          tst_error_set_errno (error, errno, "Could not make the media folder");
          return NULL;
        }
    }
  if (!tst_fs_sync_folder (folder, error))
    return NULL;

  dir = g_dir_open (self->tmp, 0, &local);
  if (dir == NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_IO, "Could not list the media folder: %s", local->message);
      return NULL;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, PUT_PREFIX))
      {
        g_autofree char *path = g_build_filename (self->tmp, name, NULL);

        /* One that cannot be swept costs space and nothing else. */
        g_unlink (path);
      }
  return g_steal_pointer (&self);
}

TstMediaStore *
tst_media_store_ref (TstMediaStore *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
tst_media_store_unref (TstMediaStore *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self->folder);
  g_free (self->tmp);
  g_free (self);
}

char *
tst_media_store_path (TstMediaStore *self, const TstHash *sha256)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);

  return g_strdup_printf ("%s/%.2s/%.2s/%s", self->folder, hex, hex + 2, hex);
}

char *
tst_media_store_temporary_path (TstMediaStore *self, const char *name)
{
  g_return_val_if_fail (name[0] != '\0' && name[0] != '.' && strchr (name, '/') == NULL, NULL);

  return g_build_filename (self->tmp, name, NULL);
}

gboolean
tst_media_store_has (TstMediaStore *self, const TstHash *sha256, guint64 *bytes)
{
  g_autofree char *path = tst_media_store_path (self, sha256);
  struct stat st;

  if (lstat (path, &st) != 0 || !S_ISREG (st.st_mode))
    return FALSE;
  if (bytes != NULL)
    *bytes = st.st_size;
  return TRUE;
}

/* Makes ab/cd, without waiting for the disk: place() does. */
static gboolean
make_shelf (TstMediaStore *self, const TstHash *sha256, GError **error)
{
  g_autofree char *path = tst_media_store_path (self, sha256);
  g_autofree char *shelf = g_path_get_dirname (path);
  g_autofree char *parent = g_path_get_dirname (shelf);

  if (g_mkdir (shelf, 0700) == 0 || errno == EEXIST)
    return TRUE;
  /* Somebody tidied away what was made at the start. */
  if (errno == ENOENT && tst_fs_ensure_folder (parent, 0700, NULL) && g_mkdir (shelf, 0700) == 0)
    return TRUE;
  tst_error_set_errno (error, errno, "Could not make a folder for a file");
  return FALSE;
}

/* The last two steps of the order: rename to the content address, fsync of the folder, and of the one above it when this
 * one is new; last because one commit of the file system's journal then serves both. A file that is there already is
 * replaced by the same bytes, which are known to be whole and durable now; the old ones might not have been. */
static gboolean
place (TstMediaStore *self, const char *temporary, TstMediaRef *ref, GError **error)
{
  g_autofree char *path = tst_media_store_path (self, &ref->sha256);
  g_autofree char *shelf = g_path_get_dirname (path);
  g_autofree char *parent = g_path_get_dirname (shelf);
  guint8 *byte = &self->shelves[ref->sha256.bytes[0] * 32 + ref->sha256.bytes[1] / 8];
  guint8 bit = 1 << ref->sha256.bytes[1] % 8;
  guint64 size = 0;
  gboolean known;

  ref->existed = tst_media_store_has (self, &ref->sha256, &size) && size == ref->bytes;
  if (rename (temporary, path) != 0)
    {
      tst_error_set_errno (error, errno, "Could not put a file in its place");
      return FALSE;
    }
  if (!tst_fs_sync_folder (shelf, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  known = (*byte & bit) != 0;
  g_mutex_unlock (&self->lock);
  if (known)
    return TRUE;
  if (!tst_fs_sync_folder (parent, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  *byte |= bit;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* One chunk on its way from the writer to the hasher, and back to be filled again. */
typedef struct
{
  const guint8 *data; /* in @buffer, or in memory that outlives the put */
  gsize size;         /* 0: the end */
  guint8 *buffer;
} Chunk;

static void
chunk_free (gpointer data)
{
  Chunk *chunk = data;

  g_free (chunk->buffer);
  g_free (chunk);
}

typedef struct
{
  TstMediaStore *store;
  GAsyncQueue *full;  /* (element-type Chunk) */
  GAsyncQueue *empty; /* (element-type Chunk) */
  gboolean abandoned; /* set before the end is queued: the hash does not matter any more */

  /* Results, to be read after the thread was joined. */
  TstHash hash;
  GError *error;
} Hashing;

/* Hashes what the writer hands over and, while the disk still syncs the file, makes its folder ready. */
static gpointer
hash_thread (gpointer data)
{
  Hashing *hashing = data;
  g_autoptr (TstHasher) hasher = tst_hasher_new ();

  for (;;)
    {
      Chunk *chunk = g_async_queue_pop (hashing->full);
      gboolean end = chunk->size == 0;

      if (!end)
        tst_hasher_update (hasher, chunk->data, chunk->size);
      g_async_queue_push (hashing->empty, chunk);
      if (end)
        break;
    }
  hashing->hash = tst_hasher_finish (hasher);
  if (!hashing->abandoned)
    make_shelf (hashing->store, &hashing->hash, &hashing->error);
  return NULL;
}

static ssize_t
read_full (int fd, guint8 *data, gsize size)
{
  gsize at = 0;

  while (at < size)
    {
      ssize_t n = read (fd, data + at, size - at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      at += n;
    }
  return at;
}

/* Where bytes come from: a descriptor, or memory when @fd is −1. */
typedef struct
{
  int fd;
  const guint8 *data;
  gsize size;
} Source;

static ssize_t
source_read (Source *source, Chunk *chunk)
{
  ssize_t n;

  if (source->fd >= 0)
    {
      if (chunk->buffer == NULL)
        chunk->buffer = g_malloc (CHUNK_SIZE);
      chunk->data = chunk->buffer;
      return read_full (source->fd, chunk->buffer, CHUNK_SIZE);
    }
  n = MIN (CHUNK_SIZE, source->size);
  chunk->data = source->data;
  source->data += n;
  source->size -= n;
  return n;
}

static gboolean
copy (Source *source, int fd, Hashing *hashing, guint64 *total, GCancellable *cancellable, GError **error)
{
  for (;;)
    {
      Chunk *chunk = g_async_queue_pop (hashing->empty);
      ssize_t n;
      gboolean ok;

      chunk->size = 0;
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_async_queue_push (hashing->empty, chunk);
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Stopped; nothing was kept");
          return FALSE;
        }
      n = source_read (source, chunk);
      if (n <= 0)
        {
          int saved = errno;

          g_async_queue_push (hashing->empty, chunk);
          if (n < 0)
            g_set_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE,
                         "The file could not be read to its end: %s. Nothing of it was kept.",
                         g_strerror (saved));
          return n == 0;
        }
      chunk->size = n;
      ok = tst_fs_write_all (fd, chunk->data, n, error);
      /* Of a large file the disk begins now instead of at the fsync; a photograph is laid out better in one go. Only a
       * hint: the fsync is what counts. */
      if (ok && *total >= EARLY_WRITE)
        sync_file_range (fd, *total, n, SYNC_FILE_RANGE_WRITE);
      *total += n;
      g_async_queue_push (hashing->full, chunk);
      if (!ok)
        return FALSE;
    }
}

static gboolean
put (TstMediaStore *self, Source *source, TstMediaRef *ref, GCancellable *cancellable, GError **error)
{
  g_autofree char *temporary = g_build_filename (self->tmp, PUT_PREFIX "XXXXXX", NULL);
  g_autoptr (GAsyncQueue) full = g_async_queue_new_full (chunk_free);
  g_autoptr (GAsyncQueue) empty = g_async_queue_new_full (chunk_free);
  Hashing hashing = { .store = self, .full = full, .empty = empty };
  GThread *thread = NULL;
  Chunk *end;
  gboolean ok;
  int fd;

  memset (ref, 0, sizeof *ref);
  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not make a file in the media folder");
      return FALSE;
    }
  for (guint i = 0; i < N_CHUNKS; i++)
    g_async_queue_push (empty, g_new0 (Chunk, 1));
  thread = g_thread_try_new ("hash", hash_thread, &hashing, NULL);
  if (thread == NULL)
    {
      close (fd);
      g_unlink (temporary);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BUSY,
                           "The machine has no room for another task. Nothing was kept; try again.");
      return FALSE;
    }

  ok = copy (source, fd, &hashing, &ref->bytes, cancellable, error);
  hashing.abandoned = !ok;
  end = g_async_queue_pop (empty);
  end->size = 0;
  g_async_queue_push (full, end);

  if (ok && fsync (fd) != 0)
    {
      tst_error_set_errno (error, errno, "A file could not be made safe on the disk. It was not kept");
      ok = FALSE;
    }
  g_thread_join (thread);
  if (close (fd) != 0 && ok)
    {
      tst_error_set_errno (error, errno, "A file could not be closed. It was not kept");
      ok = FALSE;
    }
  if (ok && hashing.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&hashing.error));
      ok = FALSE;
    }
  g_clear_error (&hashing.error);

  ref->sha256 = hashing.hash;
  if (!ok || !place (self, temporary, ref, error))
    {
      g_unlink (temporary);
      return FALSE;
    }
  return TRUE;
}

/* Opens a regular file and nothing that could make the reader wait (a pipe, a device). */
static int
open_regular (const char *path, int flags, struct stat *st, GError **error)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags);

  if (fd < 0)
    {
      if (errno == ENOENT)
        g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "The file is not there");
      else
        g_set_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "The file cannot be opened: %s",
                     g_strerror (errno));
      return -1;
    }
  if (fstat (fd, st) != 0 || !S_ISREG (st->st_mode))
    {
      close (fd);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "That is not a file");
      return -1;
    }
  return fd;
}

gboolean
tst_media_store_put_file (TstMediaStore *self, const char *path, TstMediaRef *ref, GCancellable *cancellable,
                          GError **error)
{
  struct stat st;
  Source source = { .fd = open_regular (path, 0, &st, error) };
  gboolean ok;

  if (source.fd < 0)
    return FALSE;
  posix_fadvise (source.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  ok = put (self, &source, ref, cancellable, error);
  close (source.fd);
  return ok;
}

gboolean
tst_media_store_put_bytes (TstMediaStore *self, GBytes *bytes, TstMediaRef *ref, GError **error)
{
  Source source = { .fd = -1 };

  source.data = g_bytes_get_data (bytes, &source.size);
  return put (self, &source, ref, NULL, error);
}

typedef struct
{
  int fd;
  TstHash hash;
  guint64 bytes;
  GError *error;
} Reading;

static gpointer
read_thread (gpointer data)
{
  Reading *reading = data;

  tst_hash_fd (reading->fd, &reading->hash, &reading->bytes, NULL, &reading->error);
  return NULL;
}

gboolean
tst_media_store_adopt (TstMediaStore *self, const char *path, const TstHash *expected, TstMediaRef *ref,
                       GError **error)
{
  Reading reading = { 0 };
  struct stat st;
  GThread *thread;
  int synced;
  int saved;

  memset (ref, 0, sizeof *ref);
  reading.fd = open_regular (path, O_NOFOLLOW, &st, error);
  if (reading.fd < 0)
    return FALSE;
  thread = g_thread_try_new ("hash", read_thread, &reading, NULL);
  synced = fchmod (reading.fd, 0600) == 0 ? fsync (reading.fd) : -1;
  saved = errno;
  if (thread != NULL)
    g_thread_join (thread);
  else
    read_thread (&reading);
  close (reading.fd);

  if (synced != 0)
    {
      g_clear_error (&reading.error);
      tst_error_set_errno (error, saved, "A received file could not be made safe on the disk");
      return FALSE;
    }
  if (reading.error != NULL)
    {
      g_propagate_error (error, reading.error);
      return FALSE;
    }
  ref->sha256 = reading.hash;
  ref->bytes = reading.bytes;
  if (expected != NULL && !tst_hash_equal (expected, &reading.hash))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH,
                           "The bytes received are not those that the record names. Nothing was accepted.");
      return FALSE;
    }
  return make_shelf (self, &ref->sha256, error) && place (self, path, ref, error);
}

gboolean
tst_media_store_check (TstMediaStore *self, const TstHash *sha256, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = tst_media_store_path (self, sha256);
  g_autoptr (GError) local = NULL;
  TstHash hash;

  if (!tst_hash_file (path, &hash, NULL, cancellable, &local))
    {
      if (g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND))
        g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_CONTENT,
                             "A file that a record names is not here");
      else
        g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!tst_hash_equal (&hash, sha256))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH,
                           "The bytes of a stored file have changed since they were kept");
      return FALSE;
    }
  return TRUE;
}

gboolean
tst_media_store_remove (TstMediaStore *self, const TstHash *sha256, GError **error)
{
  g_autofree char *path = tst_media_store_path (self, sha256);
  g_autofree char *shelf = g_path_get_dirname (path);

  if (unlink (path) != 0)
    {
      if (errno == ENOENT)
        return TRUE;
      tst_error_set_errno (error, errno, "A file could not be removed");
      return FALSE;
    }
  return tst_fs_sync_folder (shelf, error);
}

static gboolean
list_level (const char *folder, const char *prefix, GArray *hashes, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &local);
  gsize depth = strlen (prefix);
  const char *name;

  if (dir == NULL)
    {
      /* Removed since its parent was read, or a stray file with two letters: holds nothing of ours. */
      if (depth > 0
          && (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT)
              || g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)))
        return TRUE;
      g_set_error (error, TST_ERROR, TST_ERROR_IO, "Could not list the media folder: %s", local->message);
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      TstHash hash;

      if (depth == 4)
        {
          if (strncmp (name, prefix, 4) == 0 && tst_hash_from_hex (name, &hash))
            g_array_append_val (hashes, hash);
        }
      else if (strlen (name) == 2 && strspn (name, "0123456789abcdef") == 2)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);
          g_autofree char *longer = g_strconcat (prefix, name, NULL);

          if (!list_level (path, longer, hashes, error))
            return FALSE;
        }
    }
  return TRUE;
}

GArray *
tst_media_store_list (TstMediaStore *self, GError **error)
{
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));

  if (!list_level (self->folder, "", hashes, error))
    return NULL;
  return g_steal_pointer (&hashes);
}
