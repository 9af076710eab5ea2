/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "store/tst-store.h"

#include "../../support/tst-test-migrations.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_MS 20000

static const TstMigration steps[] = {
  { .sql = "CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL UNIQUE, name TEXT, "
           "data BLOB)" },
};

typedef struct
{
  gint64 n;
  gint64 count;
  gboolean fail;
} Row;

static gboolean
insert (TstStore *store, gpointer data, GError **error)
{
  Row *row = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "INSERT INTO item (n) VALUES (?1)", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, row->n);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  g_assert_cmpint (tst_store_changes (store), ==, 1);
  if (row->fail)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "on purpose");
  return !row->fail;
}

static gboolean
count (TstStore *store, gpointer data, GError **error)
{
  Row *row = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT count (*) FROM item", error);
  gboolean found;

  if (statement == NULL || !tst_statement_step (statement, &found, error))
    return FALSE;
  g_assert_true (found);
  row->count = tst_statement_int (statement, 0);
  return TRUE;
}

static gboolean
backup (TstStore *store, gpointer data, GError **error)
{
  return tst_store_backup (store, data, error);
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
  Row row = { .count = -1 };

  tst_store_read (store, count, &row, &error);
  g_assert_no_error (error);
  g_assert_cmpint (row.count, ==, expected);
}

static TstStore *
open_store (const char *folder)
{
  g_autoptr (GError) error = NULL;
  TstStore *store = tst_store_open (folder, steps, G_N_ELEMENTS (steps), &error);

  g_assert_no_error (error);
  return store;
}

/* --- values --- */

static gboolean
values (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) put
      = tst_store_prepare (store, "INSERT INTO item (n, name, data) VALUES (?1, ?2, ?3)", error);
  g_autoptr (TstStatement) get
      = tst_store_prepare (store, "SELECT n, name, data, 0.5 * n FROM item ORDER BY id", error);
  TstHash hash = tst_hash_data ("abc", 3);
  TstHash back;
  g_autoptr (GBytes) bytes = g_bytes_new ("a\0b", 3);
  gboolean row;

  g_assert_no_error (*error);
  tst_statement_bind_int (put, 1, G_MININT64);
  tst_statement_bind_text (put, 2, "ñandú");
  tst_statement_bind_bytes (put, 3, bytes);
  g_assert_true (tst_statement_step (put, &row, error));
  g_assert_false (row);
  tst_statement_reset (put);
  tst_statement_bind_int (put, 1, 7);
  tst_statement_bind_text (put, 2, NULL);
  tst_statement_bind_hash (put, 3, &hash);
  g_assert_true (tst_statement_step (put, NULL, error));
  tst_statement_reset (put);
  tst_statement_bind_int (put, 1, 8);
  tst_statement_bind_blob (put, 3, NULL, 0);
  g_assert_true (tst_statement_step (put, NULL, error));

  g_assert_true (tst_statement_step (get, &row, error));
  g_assert_true (row);
  g_assert_cmpint (tst_statement_int (get, 0), ==, G_MININT64);
  g_assert_cmpstr (tst_statement_text (get, 1), ==, "ñandú");
  {
    g_autoptr (GBytes) again = tst_statement_bytes (get, 2);

    g_assert_true (g_bytes_equal (again, bytes));
  }
  g_assert_false (tst_statement_hash (get, 2, &back));
  g_assert_true (tst_statement_step (get, &row, error));
  g_assert_true (tst_statement_is_null (get, 1));
  g_assert_null (tst_statement_text (get, 1));
  g_assert_true (tst_statement_hash (get, 2, &back));
  g_assert_true (tst_hash_equal (&hash, &back));
  g_assert_cmpfloat (tst_statement_double (get, 3), ==, 3.5);
  g_assert_true (tst_statement_step (get, &row, error));
  {
    g_autoptr (GBytes) empty = tst_statement_bytes (get, 2);

    g_assert_false (tst_statement_is_null (get, 2));
    g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  }
  g_assert_true (tst_statement_step (get, &row, error));
  g_assert_false (row);
  return TRUE;
}

static gboolean
pragmas (TstStore *store, gpointer data, GError **error)
{
  static const char *const expected[][2] = {
    { "PRAGMA locking_mode", "exclusive" }, { "PRAGMA synchronous", "2" },
    { "PRAGMA secure_delete", "1" },        { "PRAGMA foreign_keys", "1" },
    { "PRAGMA trusted_schema", "0" },       { "PRAGMA cell_size_check", "1" },
    { "PRAGMA user_version", "1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (TstStatement) statement = tst_store_prepare (store, expected[i][0], error);
      gboolean row;

      g_assert_nonnull (statement);
      g_assert_true (tst_statement_step (statement, &row, error));
      g_assert_cmpstr (tst_statement_text (statement, 0), ==, expected[i][1]);
    }
  return TRUE;
}

static void
test_values (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *shm = g_build_filename (folder, "testigo.db-shm", NULL);
  g_autofree char *wal = g_build_filename (folder, "testigo.db-wal", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);

  tst_store_write (store, values, NULL, &error);
  g_assert_no_error (error);
  tst_store_read (store, pragmas, NULL, &error);
  g_assert_no_error (error);
  /* The index of the WAL lies in this process's memory: nobody else could join in. */
  g_assert_false (g_file_test (shm, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
  tst_store_close (store);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  tst_test_remove_folder (folder);
}

static void
test_rollback (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);
  Row row = { .n = 1, .fail = TRUE };

  g_assert_false (tst_store_write (store, insert, &row, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  assert_count (store, 0);

  row.fail = FALSE;
  g_assert_true (tst_store_write (store, insert, &row, &error));
  g_assert_false (tst_store_write (store, insert, &row, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_DUPLICATE);
  g_clear_error (&error);
  assert_count (store, 1);
  tst_store_close (store);

  g_assert_false (tst_store_write (store, insert, &row, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  tst_test_remove_folder (folder);
}

/* A function that ignores an error after which SQLite rolled back by itself must not go on outside its transaction. */
static gboolean
ignore_rollback (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  Row row = { .n = 5 };

  g_assert_false (tst_store_exec (
      store, "INSERT INTO item (n) VALUES (4); INSERT OR ROLLBACK INTO item (n) VALUES (4)", &local));
  g_clear_error (&local);
  g_assert_false (insert (store, &row, &local));
  g_assert_error (local, TST_ERROR, TST_ERROR_FAILED);
  return TRUE;
}

static void
test_lost_transaction (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);

  g_assert_false (tst_store_write (store, ignore_rollback, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FAILED);
  assert_count (store, 0);
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

/* --- asynchronous --- */

typedef struct
{
  GMainLoop *loop;
  TstStore *store;
  GString *log; /* on the store thread only until all is done */
  guint done;
  guint cancelled;
} Async;

typedef struct
{
  Async *async;
  guint number;
} Numbered;

static gboolean
log_number (TstStore *store, gpointer data, GError **error)
{
  Numbered *numbered = data;
  Row row = { .n = numbered->number };

  tst_store_assert_thread (store);
  g_string_append_printf (numbered->async->log, "%u ", numbered->number);
  return insert (store, &row, error);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Async *async = data;
  g_autoptr (GError) error = NULL;
  Numbered *numbered = g_task_get_task_data (G_TASK (result));

  if (!tst_store_write_finish (TST_STORE (source), result, &error))
    {
      g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
      async->cancelled++;
    }
  else
    g_assert_cmpuint (numbered->number, ==, async->done);
  if (++async->done == 300)
    g_main_loop_quit (async->loop);
}

static gboolean
too_late (gpointer data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

static void
test_order (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (TstStore) store = open_store (folder);
  g_autoptr (GString) expected = g_string_new (NULL);
  Async async = { .loop = loop, .store = store, .log = g_string_new (NULL) };
  guint deadline = g_timeout_add (DEADLINE_MS, too_late, NULL);

  for (guint i = 0; i < 300; i++)
    {
      Numbered *numbered = g_new0 (Numbered, 1);

      numbered->async = &async;
      numbered->number = i;
      g_string_append_printf (expected, "%u ", i);
      tst_store_write_async (store, log_number, numbered, g_free, NULL, on_written, &async);
    }
  g_main_loop_run (loop);
  g_source_remove (deadline);
  g_assert_cmpstr (async.log->str, ==, expected->str);
  g_assert_cmpuint (async.cancelled, ==, 0);
  assert_count (store, 300);
  tst_store_close (store);
  g_string_free (async.log, TRUE);
  tst_test_remove_folder (folder);
}

static gboolean
wait_for_flag (TstStore *store, gpointer data, GError **error)
{
  gint64 until = g_get_monotonic_time () + DEADLINE_MS * 1000;

  while (g_atomic_int_get ((int *)data) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (1000);
    }
  return TRUE;
}

static void
test_cancel_before_it_begins (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (TstStore) store = open_store (folder);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Async async = { .loop = loop, .store = store, .log = g_string_new (NULL), .done = 299 };
  Numbered *numbered = g_new0 (Numbered, 1);
  int flag = 0;
  guint deadline = g_timeout_add (DEADLINE_MS, too_late, NULL);

  numbered->async = &async;
  numbered->number = 299;
  tst_store_read_async (store, wait_for_flag, &flag, NULL, NULL, NULL, NULL);
  tst_store_write_async (store, log_number, numbered, g_free, cancellable, on_written, &async);
  g_cancellable_cancel (cancellable);
  g_atomic_int_set (&flag, 1);
  g_main_loop_run (loop);
  g_source_remove (deadline);
  g_assert_cmpuint (async.cancelled, ==, 1);
  assert_count (store, 0);
  tst_store_close (store);
  g_string_free (async.log, TRUE);
  tst_test_remove_folder (folder);
}

/* The last reference may be the one that a pending write holds. */
static void
test_unref_with_work_pending (void)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
      g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
      TstStore *store = open_store (folder);
      Async async = { .loop = loop, .log = g_string_new (NULL), .done = 299 };
      Numbered *numbered = g_new0 (Numbered, 1);
      guint deadline = g_timeout_add (DEADLINE_MS, too_late, NULL);

      g_object_add_weak_pointer (G_OBJECT (store), (gpointer *)&async.store);
      async.store = store;
      numbered->async = &async;
      numbered->number = 299;
      tst_store_write_async (store, log_number, numbered, g_free, NULL, on_written, &async);
      g_object_unref (store);
      g_main_loop_run (loop);
      while (async.store != NULL)
        g_main_context_iteration (NULL, TRUE);
      g_source_remove (deadline);
      g_assert_cmpuint (async.cancelled, ==, 0);
      store = open_store (folder);
      assert_count (store, 1);
      g_object_unref (store);
      g_string_free (async.log, TRUE);
      tst_test_remove_folder (folder);
    }
}

/* --- other processes --- */

static void
test_second_process (void)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  if (g_test_subprocess ())
    {
      g_assert_null (tst_store_open (g_getenv ("TESTIGO_TEST_FOLDER"), steps, G_N_ELEMENTS (steps), &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_STORE_IN_USE);
      return;
    }
  folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_setenv ("TESTIGO_TEST_FOLDER", folder, TRUE);
  {
    g_autoptr (TstStore) store = open_store (folder);
    g_autofree char *path = g_build_filename (folder, "testigo.db", NULL);
    sqlite3 *other = NULL;

    g_test_trap_subprocess (NULL, DEADLINE_MS * 1000, 0);
    g_test_trap_assert_passed ();
    /* In this process too. */
    g_assert_null (tst_store_open (folder, steps, G_N_ELEMENTS (steps), &error));
    g_assert_error (error, TST_ERROR, TST_ERROR_STORE_IN_USE);
    g_clear_error (&error);
    tst_store_close (store);
    /* And closed means free. */
    g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (other, "BEGIN EXCLUSIVE; ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close (other);
  }
  {
    g_autoptr (TstStore) store = open_store (folder);

    tst_store_close (store);
  }
  tst_test_remove_folder (folder);
}

/* A tool that knows nothing of our lock file, such as the sqlite3 shell. */
static gboolean
foreign_connection (const char *path)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      sqlite3 *other = NULL;
      int rc = sqlite3_open (path, &other);

      if (rc == SQLITE_OK)
        rc = sqlite3_exec (other, "INSERT INTO item (n) VALUES (99)", NULL, NULL, NULL);
      _exit (rc == SQLITE_BUSY ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static void
test_foreign_tool (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "testigo.db", NULL);
  g_autofree char *copy = g_build_filename (folder, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = open_store (folder);
  Row row = { .n = 1 };

  g_assert_true (tst_store_write (store, insert, &row, &error));
  g_assert_true (foreign_connection (path));
  /* Nothing that the store does by itself gives its locks away. */
  tst_store_read (store, backup, copy, &error);
  g_assert_no_error (error);
  g_assert_true (foreign_connection (path));
  g_assert_true (g_file_test (copy, G_FILE_TEST_IS_REGULAR));
  g_assert_false (tst_store_read (store, backup, path, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_USAGE);
  assert_count (store, 1);
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

/* Writes until killed, telling each number once it is durable. */
static int
write_until_killed (const char *folder)
{
  g_autoptr (TstStore) store = open_store (folder);

  for (gint64 i = 0;; i++)
    {
      g_autoptr (GError) error = NULL;
      Row row = { .n = i };

      if (!tst_store_write (store, insert, &row, &error))
        return 1;
      if (write (STDOUT_FILENO, &i, sizeof i) != sizeof i)
        return 1;
    }
}

static void
test_killed (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  gint64 first = 0;

  for (guint round = 0; round < 5; round++)
    {
      const char *argv[] = { self, "--write-until-killed", NULL, NULL };
      g_autofree char *sub = g_strdup_printf ("%s/%u", folder, round);
      g_autoptr (GError) error = NULL;
      gint64 last = -1;
      gint64 n;
      Row row = { 0 };
      int out, status;
      GPid pid;

      g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
      argv[2] = sub;
      g_assert_true (g_spawn_async_with_pipes (NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                               NULL, &pid, NULL, &out, NULL, &error));
      g_assert_no_error (error);
      while (last < (gint64)(20 + 37 * round) && read (out, &n, sizeof n) == sizeof n)
        last = n;
      g_assert_cmpint (last, ==, 20 + 37 * round);
      kill (pid, SIGKILL);
      /* What was told before the signal arrived counts too. */
      while (read (out, &n, sizeof n) == sizeof n)
        last = n;
      close (out);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status));
      {
        g_autoptr (TstStore) store = open_store (sub);

        tst_store_read (store, count, &row, &error);
        g_assert_no_error (error);
        g_assert_cmpint (row.count, >=, last + 1);
        g_assert_cmpint (row.count, <=, last + 2);
        tst_store_read (store, check, NULL, &error);
        g_assert_no_error (error);
        tst_store_close (store);
      }
      first += last;
      tst_test_remove_folder (sub);
    }
  g_assert_cmpint (first, >, 0);
  tst_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--write-until-killed") == 0)
    return write_until_killed (argv[2]);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/values", test_values);
  g_test_add_func ("/store/rollback", test_rollback);
  g_test_add_func ("/store/lost-transaction", test_lost_transaction);
  g_test_add_func ("/store/order", test_order);
  g_test_add_func ("/store/cancel-before-it-begins", test_cancel_before_it_begins);
  g_test_add_func ("/store/unref-with-work-pending", test_unref_with_work_pending);
  g_test_add_func ("/store/second-process", test_second_process);
  g_test_add_func ("/store/foreign-tool", test_foreign_tool);
  g_test_add_func ("/store/killed", test_killed);
  return g_test_run ();
}
