/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-archive-reader.h"

#include "base/tst-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VOLUMES_MAX 1000

typedef struct
{
  const TstArchiveVisitor *visitor;
  gpointer user_data;
  guint64 total, done;
  guint found;           /* members and notes of the archive's own, in all volumes */
  gboolean last;

  /* of the volume */
  const char *path;
  TstArchiveHeader header;
  GHashTable *seen;      /* names */
  GBytes *list, *end;
} Walk;

static void
volume_clear (Walk *self)
{
  tst_archive_header_clear (&self->header);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->list, g_bytes_unref);
  g_clear_pointer (&self->end, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, volume_clear)

static void
refuse (Walk *self, const char *item, TstError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (TST_ERROR, code, message);

  self->visitor->refused (item, error, self->user_data);
}

static gboolean
take_header (Walk *self, TstTarReader *tar, GError **error)
{
  g_autoptr (GBytes) note = tst_tar_reader_read (tar, TST_ARCHIVE_NOTE_MAX, NULL);

  if (note == NULL || !tst_archive_header_open (note, &self->header, NULL))
    {
      refuse (self, TST_ARCHIVE_HEADER, TST_ERROR_BAD_SIGNATURE, "The archive does not say who made it, or not in a way that can be checked");
      return TRUE;
    }
  return self->visitor->header (&self->header, note, self->user_data, error);
}

static gboolean
take_entry (Walk *self, TstTarReader *tar, const TstTarEntry *entry, int fd, GError **error)
{
  char sum[17] = "";
  TstArchiveMember member = { .name = entry->name, .sum = sum, .size = entry->size, .tar = tar, .fd = fd };

  member.kind = tst_member_parse (entry->name, &member.subject, sum);
  if (strcmp (entry->name, TST_ARCHIVE_HEADER) == 0 && self->header.maker == NULL)
    return take_header (self, tar, error);
  if (strcmp (entry->name, TST_ARCHIVE_MEMBERS) == 0)
    {
      g_clear_pointer (&self->list, g_bytes_unref);
      self->list = tst_tar_reader_read (tar, TST_ARCHIVE_MEMBERS_MAX, NULL);
      return TRUE;
    }
  if (strcmp (entry->name, TST_ARCHIVE_END) == 0)
    {
      g_clear_pointer (&self->end, g_bytes_unref);
      self->end = tst_tar_reader_read (tar, TST_ARCHIVE_NOTE_MAX, NULL);
      return TRUE;
    }
  /* What a later version put beside them is no concern of ours. */
  if (member.kind == TST_MEMBER_OTHER)
    return TRUE;
  g_hash_table_add (self->seen, g_strdup (entry->name));
  self->found++;
  return self->visitor->member (&member, self->user_data, error);
}

/* What the maker says is in it against what was. */
static void
check_end (Walk *self)
{
  TstArchiveEnd end;
  TstHash computed;
  g_autoptr (GHashTable) listed = NULL;
  GHashTableIter iter;
  gpointer name;

  self->last = FALSE;
  if (self->header.maker == NULL)
    {
      refuse (self, self->path, TST_ERROR_TORN, "This archive has no beginning that can be read. What stands for itself was taken.");
      return;
    }
  if (self->list == NULL || self->end == NULL)
    {
      refuse (self, self->path, TST_ERROR_TORN, "The archive breaks off before its end. What is whole was taken; the rest is to be exported again.");
      return;
    }
  if (!tst_archive_end_open (self->end, self->header.maker, &end, NULL))
    {
      refuse (self, self->path, TST_ERROR_BAD_SIGNATURE, "The archive's end is not signed by whoever made its beginning. What is whole was taken.");
      return;
    }
  computed = tst_hash_bytes (self->list);
  listed = tst_archive_list_parse (self->list);
  if (!tst_hash_equal (&computed, &end.list) || strcmp (end.id, self->header.id) != 0 || end.volume != self->header.volume || listed == NULL)
    {
      refuse (self, self->path, TST_ERROR_HASH_MISMATCH, "The list of what is in the archive was altered. What is whole was taken.");
      return;
    }
  self->last = end.last;
  g_hash_table_iter_init (&iter, listed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (strcmp (name, TST_ARCHIVE_HEADER) != 0 && !g_hash_table_contains (self->seen, name))
      refuse (self, name, TST_ERROR_MISSING_CONTENT, "The archive says that this is in it, and it is not");
}

static gboolean
read_entries (Walk *self, int fd, GError **error)
{
  g_autoptr (TstTarReader) tar = tst_tar_reader_new (fd);
  g_auto (TstTarEntry) entry = { 0 };

  for (;;)
    {
      TstTarNext next = tst_tar_reader_next (tar, &entry, error);

      if (next == TST_TAR_FAILED)
        return FALSE;
      if (next == TST_TAR_END || next == TST_TAR_TORN)
        return TRUE;
      if (next == TST_TAR_DAMAGED)
        {
          g_autofree char *where = g_strdup_printf ("%s@%" G_GUINT64_FORMAT, self->path, entry.at);

          refuse (self, where, TST_ERROR_HASH_MISMATCH, "A piece of the archive is damaged here and was passed over");
          continue;
        }
      if (!take_entry (self, tar, &entry, fd, error))
        return FALSE;
      if (self->visitor->progress != NULL)
        self->visitor->progress (MIN (self->done + entry.at + entry.size, self->total), self->total, self->user_data);
    }
}

static gboolean
walk_volume (Walk *self, int fd, GError **error)
{
  gboolean good;

  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  good = read_entries (self, fd, error);
  /* What came before a full disk stays, and the next time goes on from there. */
  if (!self->visitor->volume_read (self->user_data, good ? error : NULL) || !good)
    return FALSE;
  check_end (self);
  return TRUE;
}

gboolean
tst_archive_walk (const char *path, const TstArchiveVisitor *visitor, gpointer user_data, guint *volumes, gboolean *last, GError **error)
{
  g_auto (Walk) self = { .visitor = visitor, .user_data = user_data };

  *volumes = 0;
  *last = FALSE;
  for (guint n = 1; n < VOLUMES_MAX; n++)
    {
      g_autofree char *file = n == 1 ? g_strdup (path) : g_strdup_printf ("%s.%u", path, n);
      int fd = open (file, O_RDONLY | O_CLOEXEC);
      struct stat st;
      gboolean walked;

      if (fd < 0 && n > 1)
        break;
      if (fd < 0)
        {
          tst_error_set_errno (error, errno, "Could not open %s", path);
          return FALSE;
        }
      if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
        {
          g_set_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "%s is not a file", path);
          close (fd);
          return FALSE;
        }
      self.total += st.st_size;
      volume_clear (&self);
      self.path = file;
      walked = walk_volume (&self, fd, error);
      close (fd);
      if (!walked)
        return FALSE;
      self.done = self.total;
      (*volumes)++;
      if (n == 1 && self.found == 0 && self.header.maker == NULL)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s is no archive of Testigo, or nothing of it is left.", path);
          return FALSE;
        }
    }
  *last = self.last;
  return TRUE;
}
