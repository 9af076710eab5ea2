/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "store/tst-store.h"

#include "../../support/tst-test-migrations.h"

static gboolean
upper_names (TstStore *store, GError **error)
{
  return tst_store_exec (store, "UPDATE bench SET name = upper (name)", error);
}

/* The third step remakes a table that another refers to, as SQLite wants such changes made. */
static const TstMigration steps[] = {
  { .sql = "CREATE TABLE bench (id INTEGER PRIMARY KEY, name TEXT NOT NULL)" },
  { .sql = "CREATE TABLE plank (id INTEGER PRIMARY KEY, bench INTEGER NOT NULL REFERENCES bench (id), length "
           "REAL)" },
  { .sql = "CREATE TABLE bench_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seats INTEGER NOT "
           "NULL DEFAULT 3);"
           "INSERT INTO bench_new (id, name) SELECT id, name FROM bench;"
           "DROP TABLE bench;"
           "ALTER TABLE bench_new RENAME TO bench" },
  { .run = upper_names },
};

static gboolean
query_int (TstStore *store, const char *sql, gint64 *value, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  g_assert_true (row);
  *value = tst_statement_int (statement, 0);
  return TRUE;
}

static gboolean
verify (TstStore *store, gpointer data, GError **error)
{
  guint version = GPOINTER_TO_UINT (data);
  gint64 value;

  if (!query_int (store, "SELECT count (*) FROM bench WHERE name IN ('ONE', 'TWO') AND seats = 3", &value,
                  error))
    return FALSE;
  g_assert_cmpint (value, ==, 2);
  if (!query_int (store, "SELECT count (*) FROM plank", &value, error))
    return FALSE;
  g_assert_cmpint (value, ==, version >= 2 ? 1 : 0);
  if (!query_int (store, "PRAGMA user_version", &value, error))
    return FALSE;
  g_assert_cmpint (value, ==, G_N_ELEMENTS (steps));
  if (!query_int (store, "PRAGMA foreign_keys", &value, error))
    return FALSE;
  g_assert_cmpint (value, ==, 1);
  return tst_store_check (store, error);
}

static void
test_forward (void)
{
  g_autofree char *fixtures = g_test_build_filename (G_TEST_DIST, "data", "store", "fixtures", NULL);

  /* v3 differs from v4 in rows only; its fixture would be made by this program's own third step. */
  tst_test_migrate_fixtures (fixtures, steps, 3, NULL);
  for (guint version = 1; version <= 2; version++)
    {
      g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
      g_autofree char *fixture = g_strdup_printf ("%s/v%u.sql", fixtures, version);
      g_autofree char *backup = g_build_filename (folder, "testigo.db.before-4", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (TstStore) store = NULL;
      sqlite3 *db = NULL;
      sqlite3_stmt *stmt = NULL;

      tst_test_load_fixture (folder, fixture);
      store = tst_store_open (folder, steps, G_N_ELEMENTS (steps), &error);
      g_assert_no_error (error);
      tst_store_read (store, verify, GUINT_TO_POINTER (version), &error);
      g_assert_no_error (error);

      /* The copy made before holds what was there before. */
      g_assert_cmpint (sqlite3_open_v2 (backup, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
      g_assert_cmpint (
          sqlite3_prepare_v2 (db, "SELECT count (*) FROM bench WHERE name = 'one'", -1, &stmt, NULL), ==,
          SQLITE_OK);
      g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
      g_assert_cmpint (sqlite3_column_int (stmt, 0), ==, 1);
      sqlite3_finalize (stmt);
      sqlite3_close (db);
      tst_store_close (store);
      tst_test_remove_folder (folder);
    }
}

static gboolean
expect_version_2 (TstStore *store, gpointer data, GError **error)
{
  gint64 value;

  if (!query_int (store, "PRAGMA user_version", &value, error))
    return FALSE;
  g_assert_cmpint (value, ==, 2);
  if (!query_int (store, "SELECT count (*) FROM bench WHERE name IN ('one', 'two')", &value, error))
    return FALSE;
  g_assert_cmpint (value, ==, 2);
  if (!query_int (store, "SELECT count (*) FROM sqlite_schema WHERE name IN ('half', 'bench_new')", &value,
                  error))
    return FALSE;
  g_assert_cmpint (value, ==, 0);
  return TRUE;
}

static gboolean
half_then_fail (TstStore *store, GError **error)
{
  if (!tst_store_exec (store, "CREATE TABLE half (id INTEGER)", error))
    return FALSE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "on purpose");
  return FALSE;
}

static void
test_failure_rolls_back (void)
{
  static const TstMigration bad[] = {
    { .sql = "CREATE TABLE half (id INTEGER); INSERT INTO no_such_table VALUES (1)" },
    { .run = half_then_fail },
    /* Leaves a plank whose bench is gone. */
    { .sql = "CREATE TABLE half (id INTEGER); DELETE FROM bench" },
    /* A step may not end the transaction it runs in. */
    { .sql = "CREATE TABLE half (id INTEGER); ROLLBACK" },
  };
  g_autofree char *fixture = g_test_build_filename (G_TEST_DIST, "data", "store", "fixtures", "v2.sql", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      TstMigration all[3] = { steps[0], steps[1], bad[i] };
      g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (TstStore) store = NULL;

      tst_test_load_fixture (folder, fixture);
      g_assert_null (tst_store_open (folder, all, 3, &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (tst_error_code (error), ==, i == 1 ? "bad-value" : "failed");
      g_clear_error (&error);

      store = tst_store_open (folder, steps, 2, &error);
      g_assert_no_error (error);
      tst_store_read (store, expect_version_2, NULL, &error);
      g_assert_no_error (error);
      tst_store_close (store);
      tst_test_remove_folder (folder);
    }
}

static void
test_newer_is_left_alone (void)
{
  g_autofree char *fixture = g_test_build_filename (G_TEST_DIST, "data", "store", "fixtures", "v2.sql", NULL);
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstStore) store = NULL;

  tst_test_load_fixture (folder, fixture);
  g_assert_null (tst_store_open (folder, steps, 1, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_NEWER);
  g_clear_error (&error);
  store = tst_store_open (folder, steps, 2, &error);
  g_assert_no_error (error);
  tst_store_read (store, expect_version_2, NULL, &error);
  g_assert_no_error (error);
  tst_store_close (store);
  tst_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/migrations/forward", test_forward);
  g_test_add_func ("/migrations/failure-rolls-back", test_failure_rolls_back);
  g_test_add_func ("/migrations/newer-is-left-alone", test_newer_is_left_alone);
  return g_test_run ();
}
