/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A disk that fails, and the order of the calls that make a file durable. The linker's --wrap puts these functions in
 * the place of write(), read(), fsync() and rename(). */

#include "base/tst-error.h"
#include "media/tst-media-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t __real_write (int fd, const void *data, size_t size);
ssize_t __real_read (int fd, void *data, size_t size);
int __real_fsync (int fd);
int __real_rename (const char *from, const char *to);
ssize_t __wrap_write (int fd, const void *data, size_t size);
ssize_t __wrap_read (int fd, void *data, size_t size);
int __wrap_fsync (int fd);
int __wrap_rename (const char *from, const char *to);

typedef enum
{
  FAULT_NONE,
  FAULT_WRITE,
  FAULT_SECOND_WRITE,
  FAULT_READ,
  FAULT_FSYNC_FILE,
  FAULT_FSYNC_FOLDER,
  FAULT_RENAME
} Fault;

static struct
{
  gboolean watching;
  Fault fault;
  int err;
  guint n_writes;
  GString *calls; /* the names of the calls in order */
  GMutex lock;
} disk;

static void
note (const char *call)
{
  g_mutex_lock (&disk.lock);
  if (disk.calls->len > 0)
    g_string_append_c (disk.calls, ' ');
  g_string_append (disk.calls, call);
  g_mutex_unlock (&disk.lock);
}

static gboolean
is_regular (int fd)
{
  struct stat st;

  return fstat (fd, &st) == 0 && S_ISREG (st.st_mode);
}

ssize_t
__wrap_write (int fd, const void *data, size_t size)
{
  if (disk.watching && is_regular (fd))
    {
      note ("write");
      disk.n_writes++;
      if (disk.fault == FAULT_WRITE || (disk.fault == FAULT_SECOND_WRITE && disk.n_writes == 2))
        {
          /* A disk that fills up takes some of it first. */
          if (size > 100)
            return __real_write (fd, data, 100);
          errno = disk.err;
          return -1;
        }
      if (disk.fault == FAULT_SECOND_WRITE && disk.n_writes > 2)
        {
          errno = disk.err;
          return -1;
        }
    }
  return __real_write (fd, data, size);
}

ssize_t
__wrap_read (int fd, void *data, size_t size)
{
  if (disk.watching && disk.fault == FAULT_READ && is_regular (fd))
    {
      errno = disk.err;
      return -1;
    }
  return __real_read (fd, data, size);
}

int
__wrap_fsync (int fd)
{
  if (disk.watching)
    {
      gboolean regular = is_regular (fd);

      note (regular ? "fsync" : "fsync-folder");
      if (disk.fault == (regular ? FAULT_FSYNC_FILE : FAULT_FSYNC_FOLDER))
        {
          errno = disk.err;
          return -1;
        }
    }
  return __real_fsync (fd);
}

int
__wrap_rename (const char *from, const char *to)
{
  if (disk.watching)
    {
      note ("rename");
      if (disk.fault == FAULT_RENAME)
        {
          errno = disk.err;
          return -1;
        }
    }
  return __real_rename (from, to);
}

static void
watch (Fault fault, int err)
{
  disk.fault = fault;
  disk.err = err;
  disk.n_writes = 0;
  g_string_truncate (disk.calls, 0);
  disk.watching = TRUE;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      n += g_file_test (path, G_FILE_TEST_IS_DIR) ? count_files (path) : 1;
    }
  return n;
}

static void
remove_folder (const char *folder)
{
  const char *const remove[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void
test_order (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (TstMediaStore) store = tst_media_store_open (folder, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  TstMediaRef ref;
  const char *last_write;
  const char *file;
  const char *name;
  guint n_folders = 0;

  watch (FAULT_NONE, 0);
  g_assert_true (tst_media_store_put_bytes (store, bytes, &ref, NULL));
  disk.watching = FALSE;
  g_test_message ("%s", disk.calls->str);
  last_write = g_strrstr (disk.calls->str, "write");
  file = strstr (disk.calls->str, "fsync ");
  name = strstr (disk.calls->str, "rename");
  g_assert_nonnull (last_write);
  g_assert_nonnull (file);
  g_assert_nonnull (name);
  g_assert_true (last_write < file && file < name);
  g_assert_true (g_str_has_prefix (name, "rename fsync-folder"));
  for (const char *at = disk.calls->str; (at = strstr (at, "fsync-folder")) != NULL; at++)
    n_folders++;
  /* "ba/78" for the file, "ba" for "ba/78"; "ba" itself was made durable when the store was opened. */
  g_assert_cmpuint (n_folders, ==, 2);

  /* A known shelf needs its own sync only. */
  watch (FAULT_NONE, 0);
  g_assert_true (tst_media_store_put_bytes (store, bytes, &ref, NULL));
  disk.watching = FALSE;
  g_assert_cmpstr (disk.calls->str, ==, "write fsync rename fsync-folder");
  remove_folder (folder);
}

static void
test_faults (void)
{
  static const struct
  {
    Fault fault;
    int err;
    TstError code;
  } cases[] = {
    { FAULT_WRITE, ENOSPC, TST_ERROR_NO_SPACE },      { FAULT_WRITE, EDQUOT, TST_ERROR_NO_SPACE },
    { FAULT_WRITE, EROFS, TST_ERROR_READ_ONLY },      { FAULT_SECOND_WRITE, ENOSPC, TST_ERROR_NO_SPACE },
    { FAULT_SECOND_WRITE, EIO, TST_ERROR_IO },        { FAULT_FSYNC_FILE, EIO, TST_ERROR_IO },
    { FAULT_FSYNC_FILE, ENOSPC, TST_ERROR_NO_SPACE }, { FAULT_FSYNC_FOLDER, EIO, TST_ERROR_IO },
    { FAULT_RENAME, EROFS, TST_ERROR_READ_ONLY },     { FAULT_RENAME, ENOSPC, TST_ERROR_NO_SPACE },
    { FAULT_READ, EIO, TST_ERROR_FILE_UNREADABLE },
  };
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *source = g_strdup_printf ("%s-source", folder);
  g_autoptr (TstMediaStore) store = tst_media_store_open (folder, NULL);
  g_autofree char *data = g_malloc0 (2 * 1024 * 1024);
  TstMediaRef ref;

  g_assert_true (g_file_set_contents (source, data, 2 * 1024 * 1024, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %u", i);
      watch (cases[i].fault, cases[i].err);
      g_assert_false (tst_media_store_put_file (store, source, &ref, NULL, &error));
      disk.watching = FALSE;
      g_assert_error (error, TST_ERROR, (int)cases[i].code);
      /* No half file under any address, no temporary left; no fsync of a file was tried twice. */
      if (cases[i].fault == FAULT_FSYNC_FOLDER && ref.bytes > 0)
        {
          g_assert_cmpuint (count_files (folder), ==, 1);
          g_assert_true (tst_media_store_check (store, &ref.sha256, NULL, NULL));
          g_assert_true (tst_media_store_remove (store, &ref.sha256, NULL));
        }
      g_assert_cmpuint (count_files (folder), ==, 0);
      if (cases[i].fault == FAULT_FSYNC_FILE)
        g_assert_null (strstr (strstr (disk.calls->str, "fsync") + 1, "fsync "));
    }

  watch (FAULT_NONE, 0);
  g_assert_true (tst_media_store_put_file (store, source, &ref, NULL, NULL));
  disk.watching = FALSE;
  g_assert_true (tst_media_store_check (store, &ref.sha256, NULL, NULL));
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_unlink (source);
  remove_folder (folder);
}

static void
test_adopt_faults (void)
{
  static const struct
  {
    Fault fault;
    int err;
    TstError code;
  } cases[] = {
    { FAULT_FSYNC_FILE, EIO, TST_ERROR_IO },
    { FAULT_READ, EIO, TST_ERROR_IO },
    { FAULT_RENAME, ENOSPC, TST_ERROR_NO_SPACE },
  };
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (TstMediaStore) store = tst_media_store_open (folder, NULL);
  g_autofree char *upload = tst_media_store_temporary_path (store, "upload");
  TstMediaRef ref;

  g_assert_true (g_file_set_contents (upload, "abc", 3, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      watch (cases[i].fault, cases[i].err);
      g_assert_false (tst_media_store_adopt (store, upload, NULL, &ref, &error));
      disk.watching = FALSE;
      g_assert_error (error, TST_ERROR, (int)cases[i].code);
      g_assert_true (g_file_test (upload, G_FILE_TEST_EXISTS));
      g_assert_cmpuint (count_files (folder), ==, 1);
    }
  g_assert_true (tst_media_store_adopt (store, upload, NULL, &ref, NULL));
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  disk.calls = g_string_new (NULL);
  g_test_add_func ("/media-faults/order", test_order);
  g_test_add_func ("/media-faults/put", test_faults);
  g_test_add_func ("/media-faults/adopt", test_adopt_faults);
  return g_test_run ();
}
