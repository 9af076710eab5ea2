/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPARE_BYTES (32 * 1024 * 1024) /* for what is captured meanwhile */
#define PIECE (256 * 1024)

static gboolean
has_room (const char *path, guint64 bytes, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  guint64 free_bytes;

  if (!tst_fs_free_bytes (folder, &free_bytes, error))
    return FALSE;
  if (free_bytes >= bytes + SPARE_BYTES)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_SPACE, "There is not enough room on this device for what central sends. Free some space first");
  return FALSE;
}

static gboolean
read_all (TstSyncRun *self, GInputStream *stream, int fd, guint64 *have, guint64 bytes, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (PIECE);

  while (*have < bytes)
    {
      g_autoptr (GError) io = NULL;
      gssize n = g_input_stream_read (stream, buffer, PIECE, self->cancellable, &io);

      if (n < 0)
        {
          tst_http_map_error (tst_transport_get_session (self->field), io, self->cancellable, error);
          return FALSE;
        }
      if (n == 0 || *have + n > bytes)
        {
          g_set_error_literal (error, TST_ERROR, n == 0 ? TST_ERROR_UNREACHABLE : TST_ERROR_HASH_MISMATCH,
                               n == 0 ? "The line broke off; it goes on later from here" : "Central sent more than it said");
          return FALSE;
        }
      if (!tst_fs_write_all (fd, buffer, n, error))
        return FALSE;
      *have += n;
      tst_sync_run_alive (self);
    }
  return TRUE;
}

gboolean
tst_sync_download (TstSyncRun *self, const char *address, const char *path, guint64 bytes, GError **error)
{
  g_autofree char *from = NULL;
  g_autoptr (GInputStream) stream = NULL;
  struct stat st;
  guint64 have;
  gboolean done = TRUE;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0 || fstat (fd, &st) != 0)
    {
      tst_error_set_errno (error, errno, "Could not keep what central sends");
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  have = st.st_size;
  /* Longer than it can be is nothing to go on from. */
  if (have > bytes)
    {
      have = 0;
      done = ftruncate (fd, 0) == 0;
    }
  done = done && has_room (path, bytes - have, error) && lseek (fd, have, SEEK_SET) >= 0;
  if (done && have < bytes)
    {
      from = g_strdup_printf ("%s?from=%" G_GUINT64_FORMAT, address, have);
      stream = tst_transport_open (self->field, from, error);
      done = stream != NULL && read_all (self, stream, fd, &have, bytes, error);
    }
  close (fd);
  return done;
}
