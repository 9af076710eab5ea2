/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "store/tst-store.h"

#include "../../support/tst-test-migrations.h"

#include <errno.h>
#include <string.h>

/* A disk that fails when told to: the system's VFS with some methods replaced. */
static int fail_sync;                       /* what xSync answers, if not 0 */
static int fail_db_sync;                    /* the same for the database only, not its log */
static int fail_write;                      /* what xWrite answers, if not 0 */
static int wal_syncs, wal_writes, db_syncs; /* calls that reached the fault */
static sqlite3_vfs faulty;
static sqlite3_vfs *real;
/* The system has a set of methods for the database and another, without locks, for its log. */
static sqlite3_io_methods methods[2];
static const sqlite3_io_methods *real_methods[2];
static sqlite3_file *wal_file;

static int
faulty_sync (sqlite3_file *file, int flags)
{
  if (file == wal_file)
    wal_syncs++;
  else
    db_syncs++;
  if (fail_sync != 0)
    return fail_sync;
  if (fail_db_sync != 0 && file != wal_file)
    return fail_db_sync;
  return real_methods[file == wal_file]->xSync (file, flags);
}

static int
faulty_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
  if (file == wal_file)
    wal_writes++;
  if (fail_write != 0)
    return fail_write;
  return real_methods[file == wal_file]->xWrite (file, data, size, offset);
}

static int
faulty_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  int rc = real->xOpen (real, name, file, flags, out_flags);
  gboolean wal;

  if (rc != SQLITE_OK || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0)
    return rc;
  if ((flags & SQLITE_OPEN_WAL) != 0)
    wal_file = file;
  wal = (flags & SQLITE_OPEN_WAL) != 0;
  real_methods[wal] = file->pMethods;
  methods[wal] = *file->pMethods;
  methods[wal].xSync = faulty_sync;
  methods[wal].xWrite = faulty_write;
  file->pMethods = &methods[wal];
  return rc;
}

static const TstMigration steps[] = {
  { .sql = "CREATE TABLE item (id INTEGER PRIMARY KEY, data BLOB)" },
};

static gboolean
insert (TstStore *store, gpointer data, GError **error)
{
  return tst_store_exec (store, "INSERT INTO item (data) VALUES (randomblob (5000))", error);
}

static gboolean
insert_much (TstStore *store, gpointer data, GError **error)
{
  return tst_store_exec (store,
                         "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                         "INSERT INTO item (data) SELECT randomblob (3500) FROM n",
                         error);
}

static gboolean
count (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT count (*) FROM item", error);
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  *(gint64 *)data = tst_statement_int (statement, 0);
  return TRUE;
}

static gboolean
check (TstStore *store, gpointer data, GError **error)
{
  return tst_store_check (store, error);
}

static void
assert_count (TstStore *store, gint64 expected)
{
  g_autoptr (GError) error = NULL;
  gint64 n = -1;

  tst_store_read (store, count, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, expected);
}

static TstStore *
open_store (const char *folder)
{
  g_autoptr (GError) error = NULL;
  TstStore *store = tst_store_open (folder, steps, G_N_ELEMENTS (steps), &error);

  g_assert_no_error (error);
  return store;
}

static void
test_failed_fsync (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *mark = g_build_filename (folder, "testigo.db.suspect", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);
  int before;

  g_assert_true (tst_store_write (store, insert, NULL, &error));
  fail_sync = SQLITE_IOERR_FSYNC;
  g_assert_false (tst_store_write (store, insert, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_IO);
  g_clear_error (&error);
  fail_sync = 0;

  /* The disk works again, and still nothing is written and nothing fsynced through the old descriptors. */
  before = wal_syncs + db_syncs + wal_writes;
  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (tst_store_write (store, insert, NULL, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_IO);
      g_clear_error (&error);
    }
  assert_count (store, 1);
  tst_store_close (store);
  g_assert_cmpint (wal_syncs + db_syncs + wal_writes, ==, before);
  g_assert_true (g_file_test (mark, G_FILE_TEST_EXISTS));
  g_clear_object (&store);

  store = open_store (folder);
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
  {
    gint64 n = 0;

    /* What was acknowledged is there; the change that failed is there whole or not at all. */
    g_assert_true (tst_store_read (store, count, &n, &error));
    g_assert_cmpint (n, >=, 1);
    g_assert_cmpint (n, <=, 2);
    g_assert_true (tst_store_write (store, insert, NULL, &error));
    assert_count (store, n + 1);
  }
  g_assert_true (tst_store_read (store, check, NULL, &error));
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

static void
test_failed_checkpoint (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *wal = g_build_filename (folder, "testigo.db-wal", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);
  int before;

  /* The commit is in the WAL and stands; copying it into the database fails afterwards. */
  before = db_syncs;
  fail_db_sync = SQLITE_IOERR_FSYNC;
  g_assert_true (tst_store_write (store, insert_much, NULL, &error));
  g_assert_no_error (error);
  assert_count (store, 2000); /* waits for the checkpoint, which is in the queue before it */
  g_assert_cmpint (db_syncs, ==, before + 1);
  fail_db_sync = 0;
  g_assert_false (tst_store_write (store, insert, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_IO);
  g_clear_error (&error);
  tst_store_close (store);
  g_clear_object (&store);
  /* Closing neither tried that fsync again nor deleted the WAL. */
  g_assert_cmpint (db_syncs, ==, before + 1);
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));

  store = open_store (folder);
  assert_count (store, 2000);
  g_assert_true (tst_store_read (store, check, NULL, &error));
  g_assert_true (tst_store_write (store, insert, NULL, &error));
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

static void
test_full_disk (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);

  g_assert_true (tst_store_write (store, insert, NULL, &error));
  fail_write = SQLITE_FULL;
  g_assert_false (tst_store_write (store, insert_much, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NO_SPACE);
  g_clear_error (&error);
  fail_write = 0;
  assert_count (store, 1);
  /* Room was made: the store goes on. */
  g_assert_true (tst_store_write (store, insert, NULL, &error));
  assert_count (store, 2);
  tst_store_close (store);
  g_clear_object (&store);
  store = open_store (folder);
  assert_count (store, 2);
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

/* --- damage --- */

static guint
files_with (const char *folder, const char *part, char **name)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;
  guint n = 0;

  while ((entry = g_dir_read_name (dir)) != NULL)
    if (strstr (entry, part) != NULL)
      {
        n++;
        if (name != NULL)
          {
            g_free (*name);
            *name = g_build_filename (folder, entry, NULL);
          }
      }
  return n;
}

static void
test_damaged_header (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "testigo.db", NULL);
  g_autofree char *wal = g_build_filename (folder, "testigo.db-wal", NULL);
  g_autofree char *junk = g_strnfill (8192, 'x');
  g_autofree char *aside = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = NULL;
  gsize size;

  g_assert_true (g_file_set_contents (path, junk, 8192, NULL));
  g_assert_true (g_file_set_contents (wal, "the log", 7, NULL));
  g_assert_null (tst_store_open (folder, steps, G_N_ELEMENTS (steps), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED);
  g_clear_error (&error);
  g_assert_cmpuint (files_with (folder, "testigo.db.damaged-", NULL), ==, 2);
  g_assert_cmpuint (files_with (folder, "-wal", &aside), ==, 1);
  g_assert_true (g_file_get_contents (aside, &content, &size, NULL));
  g_assert_cmpmem (content, size, "the log", 7);
  aside[strlen (aside) - 4] = '\0';
  g_clear_pointer (&content, g_free);
  g_assert_true (g_file_get_contents (aside, &content, &size, NULL));
  g_assert_cmpmem (content, size, junk, 8192);

  store = open_store (folder);
  assert_count (store, 0);
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

/* A page deep inside: found when it is read, and by the full check at the next opening. */
static void
test_damaged_page (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "testigo.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);
  FILE *file;
  gint64 n;

  g_assert_true (tst_store_write (store, insert_much, NULL, &error));
  tst_store_close (store);
  g_clear_object (&store);
  file = fopen (path, "r+");
  for (guint page = 2; page < 400; page++)
    {
      g_assert_cmpint (fseek (file, page * 4096, SEEK_SET), ==, 0);
      g_assert_cmpuint (fwrite ("\0\0\0\0\0\0\0\0\377\377\377\377", 1, 12, file), ==, 12);
    }
  g_assert_cmpint (fclose (file), ==, 0);

  store = open_store (folder);
  g_assert_false (tst_store_read (store, count, &n, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED);
  g_clear_error (&error);
  g_assert_false (tst_store_write (store, insert, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_IO);
  g_clear_error (&error);
  tst_store_close (store);
  g_clear_object (&store);
  g_assert_null (tst_store_open (folder, steps, G_N_ELEMENTS (steps), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED);
  g_clear_error (&error);
  g_assert_cmpuint (files_with (folder, "testigo.db.damaged-", NULL), >=, 1);
  store = open_store (folder);
  assert_count (store, 0);
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

/* The log of a database that is gone holds commits: SQLite alone would delete it. */
static void
test_log_without_database (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "testigo.db", NULL);
  g_autofree char *wal = g_build_filename (folder, "testigo.db-wal", NULL);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (wal, "the log", 7, NULL));
      if (i == 1)
        g_assert_true (g_file_set_contents (path, "", 0, NULL));
      g_assert_null (tst_store_open (folder, steps, G_N_ELEMENTS (steps), &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED);
      g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
    }
  g_assert_cmpuint (files_with (folder, "-wal", NULL), ==, 2);
  tst_test_remove_folder (folder);
}

static void
test_no_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (folder, "card", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (tst_store_open (missing, steps, G_N_ELEMENTS (steps), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_MISSING);
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
  tst_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  real = sqlite3_vfs_find (NULL);
  faulty = *real;
  faulty.zName = "faulty";
  faulty.xOpen = faulty_open;
  g_assert_cmpint (sqlite3_vfs_register (&faulty, 1), ==, SQLITE_OK);

  g_test_add_func ("/store-faults/failed-fsync", test_failed_fsync);
  g_test_add_func ("/store-faults/failed-checkpoint", test_failed_checkpoint);
  g_test_add_func ("/store-faults/full-disk", test_full_disk);
  g_test_add_func ("/store-faults/damaged-header", test_damaged_header);
  g_test_add_func ("/store-faults/damaged-page", test_damaged_page);
  g_test_add_func ("/store-faults/log-without-database", test_log_without_database);
  g_test_add_func ("/store-faults/no-folder", test_no_folder);
  return g_test_run ();
}
