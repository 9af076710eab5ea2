/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-spool.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define PIECE (256u * 1024)

struct _TstSpool
{
  char *folder;
  int fd; /* -1 until the first piece */
};

TstSpool *
tst_spool_new (const char *folder)
{
  TstSpool *self = g_new0 (TstSpool, 1);

  self->folder = g_strdup (folder);
  self->fd = -1;
  return self;
}

void
tst_spool_free (TstSpool *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->folder);
  g_free (self);
}

static gboolean
put (TstSpool *self, GString *text, GError **error)
{
  if (self->fd < 0)
    {
      g_autofree char *path = g_build_filename (self->folder, ".descarga-XXXXXX", NULL);

      self->fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
      if (self->fd < 0)
        {
          tst_error_set_errno (error, errno, "A file for a download could not be made");
          return FALSE;
        }
      /* It goes with the last who reads it, a crash included. */
      g_unlink (path);
    }
  if (!tst_fs_write_all (self->fd, text->str, text->len, error))
    return FALSE;
  g_string_set_size (text, 0);
  return TRUE;
}

gboolean
tst_spool_take (TstSpool *self, GString *text, GError **error)
{
  return text->len < PIECE || put (self, text, error);
}

GBytes *
tst_spool_finish (TstSpool *self, GString *text, GError **error)
{
  GMappedFile *file = NULL;
  GBytes *bytes = NULL;

  if (self->fd < 0)
    return g_string_free_to_bytes (text);
  if (put (self, text, error))
    file = g_mapped_file_new_from_fd (self->fd, FALSE, error);
  g_string_free (text, TRUE);
  if (!file)
    return NULL;
  bytes = g_mapped_file_get_bytes (file);
  g_mapped_file_unref (file);
  return bytes;
}
