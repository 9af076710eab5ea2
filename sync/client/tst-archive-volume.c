/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-archive-volume.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "base/tst-tar.h"
#include "seal/tst-age.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEAL_SPARE 1024           /* an age header, tags of a few chunks, the block that rounds up */
#define END_SPARE (32 * 1024)     /* list and end of an archive with little in it, and the file system's own needs */
#define LIST_LINE 170

struct _TstArchiveVolume
{
  char *path, *part, *folder;
  int fd;
  struct stat made;               /* where it was begun */
  TstTarWriter *tar;
  TstArchiveHeader header;
  TstSigningKey *key;
  GString *list;
  guint members;
};

TstArchiveVolume *
tst_archive_volume_new (const char *path, GError **error)
{
  g_autoptr (TstArchiveVolume) self = g_new0 (TstArchiveVolume, 1);
  GStatBuf st;

  self->fd = -1;
  self->path = g_strdup (path);
  self->part = g_strconcat (path, ".part", NULL);
  self->folder = g_path_get_dirname (path);
  self->list = g_string_new (NULL);
  if (g_stat (self->folder, &st) != 0 || !S_ISDIR (st.st_mode))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no folder %s. If it is on a memory stick, insert it first.", self->folder);
      return NULL;
    }
  if (g_stat (path, &st) == 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE, "%s is there already. Nothing was overwritten; choose another name.", path);
      return NULL;
    }
  /* What an earlier try left half. */
  g_unlink (self->part);
  self->fd = open (self->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->fd < 0 || fstat (self->fd, &self->made) != 0)
    {
      tst_error_set_errno (error, errno, "Could not write on %s", self->folder);
      return NULL;
    }
  self->tar = tst_tar_writer_new (self->fd);
  return g_steal_pointer (&self);
}

void
tst_archive_volume_free (TstArchiveVolume *self)
{
  if (self->fd >= 0)
    {
      close (self->fd);
      g_unlink (self->part);
    }
  g_clear_pointer (&self->tar, tst_tar_writer_free);
  tst_archive_header_clear (&self->header);
  g_clear_pointer (&self->key, tst_signing_key_unref);
  g_string_free (self->list, TRUE);
  g_free (self->path);
  g_free (self->part);
  g_free (self->folder);
  g_free (self);
}

gboolean
tst_archive_volume_begin (TstArchiveVolume *self, const TstArchiveHeader *header, TstSigningKey *key, GError **error)
{
  g_autoptr (GBytes) note = tst_archive_header_sign (header, key);
  TstHash sum = tst_hash_bytes (note);

  self->key = tst_signing_key_ref (key);
  if (!tst_archive_header_open (note, &self->header, error))
    return FALSE;
  return tst_archive_volume_add (self, TST_ARCHIVE_HEADER, note, &sum, error);
}

static void
count_member (TstArchiveVolume *self, const char *name, const TstHash *sum)
{
  tst_archive_list_add (self->list, sum, name);
  self->members++;
}

gboolean
tst_archive_volume_add (TstArchiveVolume *self, const char *name, GBytes *bytes, const TstHash *sum, GError **error)
{
  if (!tst_tar_writer_add (self->tar, name, bytes, error))
    return FALSE;
  count_member (self, name, sum);
  return TRUE;
}

static int
open_source (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    tst_error_set_errno (error, errno, "Could not open what is to be exported");
  return fd;
}

gboolean
tst_archive_volume_add_file (TstArchiveVolume *self, const char *name, const char *path, guint64 size, const TstHash *sum,
                             GCancellable *cancellable, GError **error)
{
  int in = open_source (path, error);
  gboolean added;

  if (in < 0)
    return FALSE;
  added = tst_tar_writer_add_fd (self->tar, name, in, size, cancellable, error);
  close (in);
  if (added)
    count_member (self, name, sum);
  return added;
}

/* Of what was just written, still in memory: the sum that becomes part of its name. */
static gboolean
hash_written (TstArchiveVolume *self, guint64 start, TstHash *sum, GError **error)
{
  off_t end = lseek (self->fd, 0, SEEK_CUR);

  if (end < 0 || lseek (self->fd, start, SEEK_SET) < 0)
    {
      tst_error_set_errno (error, errno, "Could not read back what was written");
      return FALSE;
    }
  return tst_hash_fd (self->fd, sum, NULL, NULL, error) && lseek (self->fd, end, SEEK_SET) == end;
}

gboolean
tst_archive_volume_add_sealed (TstArchiveVolume *self, TstMemberKind kind, const TstHash *subject, const char *path,
                               const char *recipient, GCancellable *cancellable, GError **error)
{
  const char *recipients[] = { recipient, NULL };
  g_autofree char *name = NULL;
  int in = open_source (path, error);
  guint64 start;
  gboolean written;
  TstHash sum;

  if (in < 0)
    return FALSE;
  written = tst_tar_writer_begin (self->tar, &start, error) && tst_age_seal_fd (in, self->fd, recipients, cancellable, error);
  close (in);
  if (!written || !hash_written (self, start, &sum, error))
    return FALSE;
  name = tst_member_name (kind, subject, &sum);
  if (!tst_tar_writer_end (self->tar, name, error))
    return FALSE;
  count_member (self, name, &sum);
  return TRUE;
}

gboolean
tst_archive_volume_cut_back (TstArchiveVolume *self, GError **error)
{
  return tst_tar_writer_cut_back (self->tar, error);
}

guint64
tst_archive_volume_get_size (TstArchiveVolume *self)
{
  return tst_tar_writer_get_size (self->tar) + self->list->len + END_SPARE;
}

gboolean
tst_archive_volume_has_room (TstArchiveVolume *self, guint64 bytes)
{
  guint64 free_bytes;
  guint64 need = bytes + bytes / 2048 + SEAL_SPARE + 2 * self->list->len + LIST_LINE + END_SPARE;

  /* A file system that cannot say how much is free says so when it is full. */
  return !tst_fs_free_bytes (self->folder, &free_bytes, NULL) || free_bytes >= need;
}

/* --- the end --- */

static gboolean
compare_member (TstArchiveVolume *self, GHashTable *listed, const TstTarEntry *entry, TstTarReader *reader, GError **error)
{
  const TstHash *expected = g_hash_table_lookup (listed, entry->name);
  TstHash found;

  if (expected == NULL)
    return TRUE;
  if (!tst_tar_reader_hash (reader, &found, error))
    return FALSE;
  if (tst_hash_equal (&found, expected))
    {
      g_hash_table_remove (listed, entry->name);
      return TRUE;
    }
  g_set_error_literal (error, TST_ERROR, TST_ERROR_IO, "The stick gives back something else than was written on it. Use another one.");
  return FALSE;
}

/* From the stick itself, as far as the kernel lets us: sticks that are smaller than they say take everything and keep part of it. */
static gboolean
read_back (TstArchiveVolume *self, GBytes *list, GError **error)
{
  g_autoptr (GHashTable) listed = tst_archive_list_parse (list);
  g_autoptr (TstTarReader) reader = NULL;
  g_auto (TstTarEntry) entry = { 0 };
  TstTarNext next;

  posix_fadvise (self->fd, 0, 0, POSIX_FADV_DONTNEED);
  if (lseek (self->fd, 0, SEEK_SET) != 0)
    {
      tst_error_set_errno (error, errno, "Could not read back what was written");
      return FALSE;
    }
  reader = tst_tar_reader_new (self->fd);
  while ((next = tst_tar_reader_next (reader, &entry, error)) == TST_TAR_ENTRY)
    if (!compare_member (self, listed, &entry, reader, error))
      return FALSE;
  if (next == TST_TAR_FAILED)
    return FALSE;
  if (next == TST_TAR_END && g_hash_table_size (listed) == 0)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_IO, "The stick does not hold all that was written on it. Use another one.");
  return FALSE;
}

static gboolean
is_still_there (TstArchiveVolume *self, const char *path, GError **error)
{
  struct stat st;

  if (stat (path, &st) == 0 && st.st_dev == self->made.st_dev && st.st_ino == self->made.st_ino)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_IO, "The stick was taken out before the export was done. Nothing here is lost; insert it and export again.");
  return FALSE;
}

static gboolean
sync_folder (TstArchiveVolume *self, GError **error)
{
  int fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  /* Not all file systems that sticks come with know this. */
  gboolean good = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL || errno == ENOTSUP);

  if (!good)
    tst_error_set_errno (error, errno, "Could not make the export durable");
  if (fd >= 0)
    close (fd);
  return good;
}

gboolean
tst_archive_volume_finish (TstArchiveVolume *self, gboolean last, guint64 *bytes, GError **error)
{
  g_autoptr (GBytes) list = g_bytes_new (self->list->str, self->list->len);
  TstArchiveEnd end = { .volume = self->header.volume, .last = last, .members = self->members, .list = tst_hash_bytes (list) };
  g_autoptr (GBytes) note = NULL;

  g_strlcpy (end.id, self->header.id, sizeof end.id);
  note = tst_archive_end_sign (&end, self->key);
  if (!tst_tar_writer_add (self->tar, TST_ARCHIVE_MEMBERS, list, error) || !tst_tar_writer_add (self->tar, TST_ARCHIVE_END, note, error) ||
      !tst_tar_writer_finish (self->tar, error))
    return FALSE;
  if (fsync (self->fd) != 0)
    {
      tst_error_set_errno (error, errno, "Could not make the export durable on the stick");
      return FALSE;
    }
  if (!is_still_there (self, self->part, error) || !read_back (self, list, error))
    return FALSE;
  if (close (self->fd) != 0)
    {
      self->fd = -1;
      tst_error_set_errno (error, errno, "Could not close the export");
      g_unlink (self->part);
      return FALSE;
    }
  self->fd = -1;
  if (g_rename (self->part, self->path) != 0)
    {
      tst_error_set_errno (error, errno, "Could not name the export");
      g_unlink (self->part);
      return FALSE;
    }
  *bytes = tst_tar_writer_get_size (self->tar);
  if (sync_folder (self, error) && is_still_there (self, self->path, error))
    return TRUE;
  /* What does not count must not look as if it did. */
  g_unlink (self->path);
  return FALSE;
}
