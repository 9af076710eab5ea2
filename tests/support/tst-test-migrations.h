/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/tst-store.h"

#include <glib/gstdio.h>

/* Databases of every released schema version, kept as SQL text: FOLDER/v1.sql, v2.sql, … A release that adds a migration
 * adds the dump of the version before it ("sqlite3 testigo.db .dump", and its "PRAGMA user_version" line at the end). */

static inline gboolean
tst_test_read_schema (TstStore *store, gpointer data, GError **error)
{
  GString *text = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (
      store,
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' "
      "ORDER BY type, name",
      error);
  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_string_append_printf (text, "%s %s %s\n", tst_statement_text (statement, 0),
                              tst_statement_text (statement, 1), tst_statement_text (statement, 2));
    }
}

/* Makes testigo.db in @folder from an SQL text. Closed again when this returns. */
static inline void
tst_test_load_fixture (const char *folder, const char *fixture)
{
  g_autofree char *path = g_build_filename (folder, "testigo.db", NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;

  g_assert_true (g_file_get_contents (fixture, &sql, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static inline void
tst_test_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        tst_test_remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

/* Opens @fixtures/vN.sql for each N below @n_migrations; each must come out with the schema of a new database and pass all
 * checks. @verify (nullable) is run on each as a reading, to look at what became of the rows. */
static inline void
tst_test_migrate_fixtures (const char *fixtures, const TstMigration *migrations, guint n_migrations,
                           TstStoreFunc verify)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint version = 0; version < n_migrations; version++)
    {
      g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
      g_autoptr (GString) schema = g_string_new (NULL);
      g_autoptr (TstStore) store = NULL;

      if (version > 0)
        {
          g_autofree char *name = g_strdup_printf ("v%u.sql", version);
          g_autofree char *fixture = g_build_filename (fixtures, name, NULL);

          tst_test_load_fixture (folder, fixture);
        }
      store = tst_store_open (folder, migrations, n_migrations, &error);
      g_assert_no_error (error);
      tst_store_read (store, tst_test_read_schema, version == 0 ? expected : schema, &error);
      g_assert_no_error (error);
      if (version > 0)
        {
          g_assert_cmpstr (schema->str, ==, expected->str);
          if (verify != NULL)
            tst_store_read (store, verify, GUINT_TO_POINTER (version), &error);
          g_assert_no_error (error);
        }
      tst_store_close (store);
      tst_test_remove_folder (folder);
    }
}
