/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-media-store.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "base/tst-hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* What a file system says of when a file was made. */

#define RENEW_MAX (64u * 1024 * 1024)

static gboolean
set_path_time (const char *path, gint64 seconds, GError **error)
{
  const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

  if (utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0)
    return TRUE;
  tst_error_set_errno (error, errno, "The time of a file could not be made coarse");
  return FALSE;
}

gboolean
tst_media_store_set_time (TstMediaStore *self, const TstHash *sha256, gint64 seconds, GError **error)
{
  g_autofree char *path = tst_media_store_path (self, sha256);
  g_autofree char *shelf = g_path_get_dirname (path);
  g_autofree char *parent = g_path_get_dirname (shelf);

  return set_path_time (path, seconds, error) && set_path_time (shelf, seconds, error) && set_path_time (parent, seconds, error);
}

gboolean
tst_media_store_renew (TstMediaStore *self, const TstHash *sha256, gint64 seconds, GError **error)
{
  g_autofree char *path = tst_media_store_path (self, sha256);
  g_autoptr (GBytes) bytes = tst_fs_read (path, RENEW_MAX, error);
  TstMediaRef ref;
  TstHash hash;

  if (bytes == NULL)
    return FALSE;
  hash = tst_hash_bytes (bytes);
  if (!tst_hash_equal (&hash, sha256))
    {
      /* For verify to find, and not to be laid anew under another name. */
      g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH, "The bytes of a stored file have changed since they were kept");
      return FALSE;
    }
  return tst_media_store_put_bytes (self, bytes, &ref, error) && tst_media_store_set_time (self, sha256, seconds, error);
}
