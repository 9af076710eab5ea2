/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-fs.h"

#include "base/tst-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct _TstLock
{
  int fd;
};

gboolean
tst_fs_sync_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result;
  int saved;

  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open a folder to make it durable");
      return FALSE;
    }
  result = fsync (fd);
  saved = errno;
  close (fd);
  if (result != 0)
    {
      tst_error_set_errno (error, saved, "Could not make a folder durable");
      return FALSE;
    }
  return TRUE;
}

gboolean
tst_fs_ensure_folder (const char *path, int mode, GError **error)
{
  g_autofree char *parent = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  parent = g_path_get_dirname (path);
  if (strcmp (parent, path) != 0 && !tst_fs_ensure_folder (parent, mode, error))
    return FALSE;
  if (g_mkdir (path, mode) != 0 && errno != EEXIST)
    {
      tst_error_set_errno (error, errno, "Could not make the folder %s", path);
      return FALSE;
    }
  return tst_fs_sync_folder (parent, error);
}

gboolean
tst_fs_write_all (int fd, const void *data, gsize size, GError **error)
{
  const guint8 *at = data;

  while (size > 0)
    {
      ssize_t n = write (fd, at, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not write");
          return FALSE;
        }
      at += n;
      size -= n;
    }
  return TRUE;
}

gboolean
tst_fs_write_durable (const char *path, GBytes *bytes, int mode, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_strdup_printf ("%s.XXXXXX.tmp", path);
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, mode);

  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not make a file in %s", folder);
      return FALSE;
    }
  if (!tst_fs_write_all (fd, data, size, error))
    goto fail;
  if (fsync (fd) != 0)
    {
      tst_error_set_errno (error, errno, "Could not make %s durable", path);
      goto fail;
    }
  if (close (fd) != 0)
    {
      fd = -1;
      tst_error_set_errno (error, errno, "Could not close %s", path);
      goto fail;
    }
  fd = -1;
  if (g_rename (temporary, path) != 0)
    {
      tst_error_set_errno (error, errno, "Could not name %s", path);
      goto fail;
    }
  return tst_fs_sync_folder (folder, error);

fail:
  if (fd >= 0)
    close (fd);
  g_unlink (temporary);
  return FALSE;
}

GBytes *
tst_fs_read (const char *path, gsize max_size, GError **error)
{
  struct stat st;
  g_autofree guint8 *data = NULL;
  gsize at = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open %s", path);
      return NULL;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "%s is not a file", path);
      close (fd);
      return NULL;
    }
  if (max_size > 0 && (guint64) st.st_size > max_size)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE, "%s is larger than %" G_GSIZE_FORMAT " bytes", path,
                   max_size);
      close (fd);
      return NULL;
    }
  data = g_malloc (st.st_size + 1);
  while (at < (gsize) st.st_size)
    {
      ssize_t n = read (fd, data + at, st.st_size - at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not read %s", path);
          close (fd);
          return NULL;
        }
      if (n == 0)
        break;
      at += n;
    }
  close (fd);
  return g_bytes_new_take (g_steal_pointer (&data), at);
}

gboolean
tst_fs_free_bytes (const char *path, guint64 *bytes, GError **error)
{
  struct statvfs st;

  if (statvfs (path, &st) != 0)
    {
      tst_error_set_errno (error, errno, "Could not ask for the free space");
      return FALSE;
    }
  *bytes = (guint64) st.f_bavail * st.f_frsize;
  return TRUE;
}

TstLock *
tst_lock_take (const char *path, GError **error)
{
  TstLock *self;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open the lock file");
      return NULL;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      int saved = errno;

      close (fd);
      if (saved == EWOULDBLOCK)
        g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_IN_USE,
                             "The data folder is in use by another Testigo. Close it and try again.");
      else
        tst_error_set_errno (error, saved, "Could not lock the data folder");
      return NULL;
    }
  self = g_new0 (TstLock, 1);
  self->fd = fd;
  return self;
}

void
tst_lock_free (TstLock *self)
{
  close (self->fd);
  g_free (self);
}
