/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-leaf-mirror.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct _TstLeafMirror
{
  char *folder;
  FILE *reader;
  int fd; /* for appending; -1 after an error, for good */
  guint64 count;
};

static gboolean
read_frame (FILE *file, GBytes **note, gboolean *cut)
{
  guint8 head[2];
  gsize size;
  gsize got = fread (head, 1, sizeof head, file);
  g_autofree guint8 *data = NULL;

  *note = NULL;
  *cut = FALSE;
  if (got == 0)
    return !ferror (file);
  if (got == sizeof head)
    {
      size = (gsize) head[0] << 8 | head[1];
      data = g_malloc (size + 1);
      if (fread (data, 1, size, file) == size)
        {
          *note = g_bytes_new_take (g_steal_pointer (&data), size);
          return TRUE;
        }
    }
  *cut = !ferror (file);
  return *cut;
}

/* Counts whole frames; @whole: (out): where they end. */
static gboolean
count_frames (TstLeafMirror *self, off_t *whole, gboolean *cut, GError **error)
{
  *whole = 0;
  for (;;)
    {
      GBytes *note;

      if (!read_frame (self->reader, &note, cut))
        {
          tst_error_set_errno (error, EIO, "Could not read the mirror of the log");
          return FALSE;
        }
      if (note == NULL)
        break;
      g_bytes_unref (note);
      self->count++;
      *whole = ftello (self->reader);
    }
  tst_leaf_mirror_rewind (self);
  return TRUE;
}

static TstLeafMirror *
open_mirror (const char *folder, gboolean to_append, GError **error)
{
  g_autoptr (TstLeafMirror) self = g_new0 (TstLeafMirror, 1);
  g_autofree char *path = g_build_filename (folder, "leaves", NULL);
  off_t whole;
  gboolean cut;

  self->fd = -1;
  self->folder = g_strdup (folder);
  if (to_append)
    {
      if (!tst_fs_ensure_folder (folder, 0755, error))
        return NULL;
      self->fd = open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
      if (self->fd < 0)
        {
          tst_error_set_errno (error, errno, "Could not open the mirror of the log");
          return NULL;
        }
      if (!tst_fs_sync_folder (folder, error))
        return NULL;
    }
  self->reader = fopen (path, "re");
  if (self->reader == NULL)
    {
      tst_error_set_errno (error, errno, "Could not open the mirror of the log");
      return NULL;
    }
  if (!count_frames (self, &whole, &cut, error))
    return NULL;
  if (cut && to_append && (ftruncate (self->fd, whole) != 0 || fsync (self->fd) != 0))
    {
      tst_error_set_errno (error, errno, "Could not cut off an unfinished leaf in the mirror");
      return NULL;
    }
  return g_steal_pointer (&self);
}

TstLeafMirror *
tst_leaf_mirror_open (const char *folder, GError **error)
{
  return open_mirror (folder, TRUE, error);
}

TstLeafMirror *
tst_leaf_mirror_open_reader (const char *folder, GError **error)
{
  return open_mirror (folder, FALSE, error);
}

void
tst_leaf_mirror_free (TstLeafMirror *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->reader != NULL)
    fclose (self->reader);
  g_free (self->folder);
  g_free (self);
}

const char *
tst_leaf_mirror_get_folder (TstLeafMirror *self)
{
  return self->folder;
}

guint64
tst_leaf_mirror_get_count (TstLeafMirror *self)
{
  return self->count;
}

void
tst_leaf_mirror_rewind (TstLeafMirror *self)
{
  rewind (self->reader);
}

GBytes *
tst_leaf_mirror_next (TstLeafMirror *self, GError **error)
{
  GBytes *note;
  gboolean cut;

  if (!read_frame (self->reader, &note, &cut))
    tst_error_set_errno (error, EIO, "Could not read the mirror of the log");
  return note;
}

gboolean
tst_leaf_mirror_append (TstLeafMirror *self, guint64 first, GPtrArray *notes, GError **error)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();
  guint64 count = self->count;

  if (self->fd < 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_IO,
                           "The mirror of the log failed before. Mend its disk and start central again.");
      return FALSE;
    }
  if (first > count)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_GAP, "The mirror of the log lacks earlier leaves");
      return FALSE;
    }
  for (guint i = 0; i < notes->len; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (g_ptr_array_index (notes, i), &size);
      guint8 head[2] = { size >> 8, size & 0xff };

      g_assert (size <= G_MAXUINT16);
      if (first + i < count)
        continue;
      g_byte_array_append (frames, head, sizeof head);
      g_byte_array_append (frames, data, size);
      self->count++;
    }
  if (frames->len == 0)
    return TRUE;
  if (tst_fs_write_all (self->fd, frames->data, frames->len, error))
    {
      if (fsync (self->fd) == 0)
        return TRUE;
      tst_error_set_errno (error, errno, "Could not make the mirror of the log durable");
    }
  /* Half a frame may be there, and a second fsync would say nothing about the first one's pages. */
  self->count = count;
  close (self->fd);
  self->fd = -1;
  return FALSE;
}
