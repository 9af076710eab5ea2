/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/tst-store-private.h"

#include "base/tst-error.h"

static gboolean
run_step (TstStore *self, const TstMigration *migration, guint to, GError **error)
{
  g_autofree char *version = g_strdup_printf ("PRAGMA user_version=%u", to);
  g_autofree char *orphan = NULL;
  gboolean ok;

  g_assert ((migration->sql != NULL) != (migration->run != NULL));

  if (migration->sql != NULL)
    ok = tst_store_exec (self, migration->sql, error);
  else
    ok = migration->run (self, error);
  g_assert (self->statements_out == 0);
  if (!ok)
    return FALSE;
  if (!_tst_store_query_text (self, "PRAGMA foreign_key_check", &orphan, error))
    return FALSE;
  if (orphan != NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FAILED,
                   "a row of the table %s would name another that is not there", orphan);
      return FALSE;
    }
  return tst_store_exec (self, version, error);
}

static gboolean
migrate_to (TstStore *self, const TstMigration *migration, guint to, GError **error)
{
  GError *local = NULL;
  gboolean ok;

  /* A table is changed by making a new one and renaming it, which needs the foreign keys off, and that does nothing
   * inside a transaction. run_step() checks them all before the step is kept. */
  if (!_tst_store_exec_raw (self, "PRAGMA foreign_keys=OFF", "migrate", error)
      || !_tst_store_exec_raw (self, "BEGIN IMMEDIATE", "begin a migration", error))
    return FALSE;

  self->writing = TRUE;
  ok = run_step (self, migration, to, &local);
  self->writing = FALSE;
  if (ok)
    ok = _tst_store_exec_raw (self, "COMMIT", "save a migration", &local);
  if (!ok && !sqlite3_get_autocommit (self->db))
    _tst_store_exec_raw (self, "ROLLBACK", "take back a migration", local == NULL ? &local : NULL);
  if (!ok)
    {
      if (local == NULL)
        g_set_error_literal (&local, TST_ERROR, TST_ERROR_FAILED, "it did not say why");
      g_propagate_prefixed_error (
          error, local,
          "The database could not be brought to version %u and stays at version %u, with all that it "
          "held: ",
          to, to - 1);
      return FALSE;
    }
  _tst_store_checkpoint_if_due (self);
  return _tst_store_exec_raw (self, "PRAGMA foreign_keys=ON", "migrate", error);
}

gboolean
_tst_store_migrate (TstStore *self, const TstMigration *migrations, guint n_migrations, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *tables = NULL;
  guint64 version;

  tst_store_assert_thread (self);

  if (!_tst_store_query_text (self, "PRAGMA user_version", &text, error)
      || !_tst_store_query_text (self, "SELECT 1 FROM sqlite_schema LIMIT 1", &tables, error))
    return FALSE;
  version = g_ascii_strtoull (text, NULL, 10);
  if (version > n_migrations)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_STORE_NEWER,
                   "The data folder was written by a newer Testigo (version %" G_GUINT64_FORMAT
                   " of the database, this one "
                   "knows %u). Nothing was changed. Install the newer Testigo to open it.",
                   version, n_migrations);
      return FALSE;
    }
  if (version == n_migrations)
    return TRUE;

  if (tables != NULL)
    {
      g_autofree char *path = g_strdup_printf ("%s.before-%u", self->path, n_migrations);

      if (!tst_store_backup (self, path, error))
        {
          g_prefix_error (error,
                          "The database is not changed without a copy of it, and that could not be made: ");
          return FALSE;
        }
    }
  for (guint i = version; i < n_migrations; i++)
    if (!migrate_to (self, &migrations[i], i + 1, error))
      return FALSE;
  return TRUE;
}
