/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "media/tst-media-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  TstMediaStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *base = g_dir_make_tmp ("testigo-XXXXXX", NULL);

  fixture->folder = g_build_filename (base, "media", NULL);
  fixture->store = tst_media_store_open (fixture->folder, NULL);
  g_assert_nonnull (fixture->store);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *base = g_path_get_dirname (fixture->folder);
  const char *const remove[] = { "rm", "-rf", base, NULL };

  tst_media_store_unref (fixture->store);
  g_spawn_sync (NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (fixture->folder);
}

static GBytes *
noise (gsize size)
{
  guint8 *data = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    data[i] = g_test_rand_int ();
  return g_bytes_new_take (data, size);
}

static guint
n_temporary (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "tmp", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_stored (Fixture *fixture, GBytes *bytes, const TstMediaRef *ref)
{
  TstHash expected = tst_hash_bytes (bytes);
  g_autofree char *path = tst_media_store_path (fixture->store, &expected);
  g_autoptr (GBytes) stored = tst_fs_read (path, 0, NULL);
  g_autofree char *hex = tst_hash_to_hex (&expected);
  g_autofree char *shelf = g_path_get_dirname (path);
  g_autofree char *wanted
      = g_strdup_printf ("%s/%c%c/%c%c/%s", fixture->folder, hex[0], hex[1], hex[2], hex[3], hex);
  struct stat st;
  guint64 size;

  g_assert_cmpstr (path, ==, wanted);
  g_assert_true (tst_hash_equal (&expected, &ref->sha256));
  g_assert_cmpuint (ref->bytes, ==, g_bytes_get_size (bytes));
  g_assert_nonnull (stored);
  g_assert_true (g_bytes_equal (bytes, stored));
  g_assert_cmpint (lstat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  g_assert_cmpint (lstat (shelf, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0700);
  g_assert_true (tst_media_store_has (fixture->store, &expected, &size));
  g_assert_cmpuint (size, ==, ref->bytes);
  g_assert_true (tst_media_store_check (fixture->store, &expected, NULL, NULL));
  g_assert_cmpuint (n_temporary (fixture), ==, 0);
}

static void
test_put (Fixture *fixture, gconstpointer data)
{
  /* Nothing, less than a chunk, exact chunks, more chunks than are in flight. */
  static const gsize sizes[] = { 0, 1, 512 * 1024 - 1, 512 * 1024, 1024 * 1024, 7 * 1024 * 1024 + 3 };
  g_autoptr (GArray) list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = noise (sizes[i]);
      g_autoptr (GBytes) other = noise (sizes[i] + 5);
      g_autofree char *source = g_strdup_printf ("%s-source", fixture->folder);
      g_autoptr (GBytes) after = NULL;
      g_autoptr (GError) error = NULL;
      TstMediaRef ref;

      g_assert_true (tst_media_store_put_bytes (fixture->store, bytes, &ref, &error));
      g_assert_no_error (error);
      g_assert_false (ref.existed);
      assert_stored (fixture, bytes, &ref);
      g_assert_true (tst_media_store_put_bytes (fixture->store, bytes, &ref, &error));
      g_assert_true (ref.existed);
      assert_stored (fixture, bytes, &ref);

      g_assert_true (tst_fs_write_durable (source, other, 0400, NULL));
      g_assert_true (tst_media_store_put_file (fixture->store, source, &ref, NULL, &error));
      g_assert_no_error (error);
      g_assert_false (ref.existed);
      assert_stored (fixture, other, &ref);
      after = tst_fs_read (source, 0, NULL);
      g_assert_true (g_bytes_equal (after, other));
      g_unlink (source);
    }

  list = tst_media_store_list (fixture->store, NULL);
  g_assert_cmpuint (list->len, ==, 2 * G_N_ELEMENTS (sizes));
  for (guint i = 0; i < list->len; i++)
    {
      const TstHash *hash = &g_array_index (list, TstHash, i);

      g_assert_true (tst_media_store_check (fixture->store, hash, NULL, NULL));
      g_assert_true (tst_media_store_remove (fixture->store, hash, NULL));
      g_assert_false (tst_media_store_has (fixture->store, hash, NULL));
      g_assert_true (tst_media_store_remove (fixture->store, hash, NULL));
    }
  g_array_unref (list);
  list = tst_media_store_list (fixture->store, NULL);
  g_assert_cmpuint (list->len, ==, 0);
}

static void
test_bad_sources (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *pipe = g_build_filename (fixture->folder, "pipe", NULL);
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);
  TstMediaRef ref;

  g_assert_false (tst_media_store_put_file (fixture->store, "/nowhere/at/all", &ref, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (tst_media_store_put_file (fixture->store, fixture->folder, &ref, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE);
  g_clear_error (&error);
  /* A pipe without a writer would block an open() for ever. */
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_false (tst_media_store_put_file (fixture->store, pipe, &ref, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (tst_media_store_put_file (fixture->store, file, &ref, cancellable, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  g_assert_cmpuint (n_temporary (fixture), ==, 0);
}

static void
test_adopt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = noise (300000);
  g_autofree char *upload = tst_media_store_temporary_path (fixture->store, "upload-1");
  g_autofree char *link = tst_media_store_temporary_path (fixture->store, "upload-2");
  TstHash wrong = { { 1 } };
  TstHash right = tst_hash_bytes (bytes);
  TstMediaRef ref;

  g_assert_true (
      g_file_set_contents (upload, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
  g_assert_false (tst_media_store_adopt (fixture->store, upload, &wrong, &ref, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_HASH_MISMATCH);
  g_clear_error (&error);
  g_assert_true (g_file_test (upload, G_FILE_TEST_EXISTS));
  g_assert_false (tst_media_store_has (fixture->store, &wrong, NULL));

  g_assert_cmpint (symlink (upload, link), ==, 0);
  g_assert_false (tst_media_store_adopt (fixture->store, link, NULL, &ref, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE);
  g_clear_error (&error);
  g_unlink (link);

  g_assert_true (tst_media_store_adopt (fixture->store, upload, &right, &ref, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (upload, G_FILE_TEST_EXISTS));
  g_assert_false (ref.existed);
  assert_stored (fixture, bytes, &ref);
}

/* A changed bit is found, a missing file told apart from it, and the same bytes put again mend it. */
static void
test_check (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = noise (1000);
  g_autofree char *path = NULL;
  g_autoptr (GBytes) stored = NULL;
  TstMediaRef ref;
  guint8 *changed;

  g_assert_true (tst_media_store_put_bytes (fixture->store, bytes, &ref, NULL));
  path = tst_media_store_path (fixture->store, &ref.sha256);
  changed = g_memdup2 (g_bytes_get_data (bytes, NULL), 1000);
  changed[500] ^= 0x10;
  g_assert_true (g_file_set_contents (path, (char *)changed, 1000, NULL));
  g_free (changed);
  g_assert_false (tst_media_store_check (fixture->store, &ref.sha256, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_HASH_MISMATCH);
  g_clear_error (&error);

  g_assert_true (tst_media_store_put_bytes (fixture->store, bytes, &ref, NULL));
  assert_stored (fixture, bytes, &ref);

  g_unlink (path);
  g_assert_false (tst_media_store_check (fixture->store, &ref.sha256, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_MISSING_CONTENT);
}

static void
test_sweep (Fixture *fixture, gconstpointer data)
{
  g_autofree char *left = g_build_filename (fixture->folder, "tmp", ".put-abcdef", NULL);
  g_autofree char *upload = tst_media_store_temporary_path (fixture->store, "upload-1");
  g_autofree char *stray = g_build_filename (fixture->folder, "ab", "cd", NULL);
  g_autoptr (TstMediaStore) again = NULL;
  g_autoptr (GArray) list = NULL;

  g_assert_true (g_file_set_contents (left, "half", 4, NULL));
  g_assert_true (g_file_set_contents (upload, "half", 4, NULL));
  g_assert_true (g_file_set_contents (stray, "stray", 5, NULL));
  again = tst_media_store_open (fixture->folder, NULL);
  g_assert_nonnull (again);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (upload, G_FILE_TEST_EXISTS));
  list = tst_media_store_list (again, NULL);
  g_assert_nonnull (list);
  g_assert_cmpuint (list->len, ==, 0);
}

static gpointer
put_many (gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("the same in all threads %u", i);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      TstMediaRef ref;

      g_assert_true (tst_media_store_put_bytes (fixture->store, bytes, &ref, NULL));
      g_assert_true (tst_media_store_check (fixture->store, &ref.sha256, NULL, NULL));
    }
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];
  g_autoptr (GArray) list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("put", put_many, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  list = tst_media_store_list (fixture->store, NULL);
  g_assert_cmpuint (list->len, ==, 40);
  g_assert_cmpuint (n_temporary (fixture), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/media-store/put", Fixture, NULL, set_up, test_put, tear_down);
  g_test_add ("/media-store/bad-sources", Fixture, NULL, set_up, test_bad_sources, tear_down);
  g_test_add ("/media-store/adopt", Fixture, NULL, set_up, test_adopt, tear_down);
  g_test_add ("/media-store/check", Fixture, NULL, set_up, test_check, tear_down);
  g_test_add ("/media-store/sweep", Fixture, NULL, set_up, test_sweep, tear_down);
  g_test_add ("/media-store/threads", Fixture, NULL, set_up, test_threads, tear_down);
  return g_test_run ();
}
