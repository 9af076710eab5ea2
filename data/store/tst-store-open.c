/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/tst-store-private.h"

#include "base/tst-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* SQLite's own default for its automatic checkpoint, 4 MB of WAL. */
#define CHECKPOINT_PAGES 1000

/* PRAGMAs whose answer is the proof that they took: SQLite ignores silently what it cannot do.
 * The order matters: EXCLUSIVE before WAL, so that the WAL index stays in our memory and no second connection can exist. */
static const struct
{
  const char *set;
  const char *ask;
  const char *expect;
} pragmas[] = {
  { "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode", "exclusive" },
  { "PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", "0" },
  { "PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1" },
  { "PRAGMA mmap_size=0", NULL, NULL },
  { "PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal" },
  { "PRAGMA synchronous=FULL", "PRAGMA synchronous", "2" },
  { "PRAGMA secure_delete=ON", "PRAGMA secure_delete", "1" },
  { "PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1" },
  /* No temporary file may hold what the database holds. */
  { "PRAGMA temp_store=MEMORY", "PRAGMA temp_store", "2" },
  { "PRAGMA cache_size=-16000", NULL, NULL },
  { "PRAGMA journal_size_limit=16777216", NULL, NULL },
};

static char *
suspect_path (TstStore *self)
{
  return g_strconcat (self->path, ".suspect", NULL);
}

void
_tst_store_mark_suspect (TstStore *self)
{
  g_autofree char *path = suspect_path (self);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  /* Best effort on a disk that just failed: without the mark the next opening only checks less. */
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    tst_fs_write_durable (path, empty, 0600, NULL);
}

static int
on_wal (void *data, sqlite3 *db, const char *name, int pages)
{
  TstStore *self = data;

  self->wal_pages = pages;
  return SQLITE_OK;
}

/* SQLite's automatic checkpoint drops its errors, and tries a failed fsync again at the next one. This one does not. */
static gboolean
checkpoint (TstStore *self, int mode, GError **error)
{
  int rc;

  if (self->stopped)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_IO,
                           "The disk failed before; the database stays as it is");
      return FALSE;
    }
  rc = sqlite3_wal_checkpoint_v2 (self->db, NULL, mode, NULL, NULL);
  if (rc == SQLITE_OK)
    {
      self->wal_pages = 0;
      return TRUE;
    }
  _tst_store_set_error (self, rc, "tidy up its log", error);
  return FALSE;
}

void
_tst_store_checkpoint_if_due (TstStore *self)
{
  g_autoptr (GError) error = NULL;

  if (self->db == NULL || self->wal_pages < CHECKPOINT_PAGES || self->stopped)
    return;
  /* What was committed is in the WAL, so nothing is lost; a full disk is tried again after as many pages more. */
  if (!checkpoint (self, SQLITE_CHECKPOINT_PASSIVE, &error))
    g_message ("%s", error->message);
  self->wal_pages = 0;
}

/* Drops the connection without touching the files: the WAL stays as it is. */
static void
abandon (TstStore *self)
{
  GHashTableIter iter;
  TstStatement *statement;
  int rc;

  g_hash_table_iter_init (&iter, self->idle);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&statement))
    {
      g_hash_table_iter_steal (&iter);
      _tst_statement_finalize (statement);
    }
  rc = sqlite3_close (self->db);
  g_assert (rc == SQLITE_OK);
  self->db = NULL;
}

void
_tst_store_close_database (TstStore *self)
{
  g_autoptr (GError) error = NULL;

  if (self->db == NULL)
    return;
  /* SQLite deletes the WAL when it closes, unless told otherwise: only when all of it is surely in the database. */
  if (checkpoint (self, SQLITE_CHECKPOINT_TRUNCATE, &error))
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  abandon (self);
}

static goffset
size_of (const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 ? st.st_size : -1;
}

/* Renames database, WAL and rollback journal away. Nothing is deleted. Replaces @error by one that says where they are. */
static void
set_aside (TstStore *self, GError **error)
{
  static const char *const parts[] = { "", "-wal", "-journal" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *target = g_strdup_printf ("%s.damaged-%s", self->path, stamp);
  g_autofree char *mark = suspect_path (self);
  g_autofree char *reason = error != NULL && *error != NULL ? g_strdup ((*error)->message) : NULL;
  gboolean taken = TRUE;

  if (self->db != NULL)
    abandon (self);

  for (guint n = 2; taken; n++)
    {
      taken = FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        {
          g_autofree char *to = g_strconcat (target, parts[i], NULL);

          taken = taken || g_file_test (to, G_FILE_TEST_EXISTS);
        }
      if (taken)
        {
          g_free (target);
          target = g_strdup_printf ("%s.damaged-%s-%u", self->path, stamp, n);
        }
    }

  g_clear_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *from = g_strconcat (self->path, parts[i], NULL);
      g_autofree char *to = g_strconcat (target, parts[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
                       "The database is damaged and could not be set aside: %s. Nothing was deleted. Copy "
                       "the data folder to "
                       "another disk and ask for help.",
                       g_strerror (errno));
          return;
        }
    }
  g_unlink (mark);
  tst_fs_sync_folder (self->folder, NULL);
  g_set_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
               "The database was damaged and was set aside as %s; nothing was deleted. Photos and other "
               "files are where they "
               "were. Open Testigo again to go on with a new database, and keep the old one for whoever "
               "repairs it.%s%s",
               target, reason != NULL ? " " : "", reason != NULL ? reason : "");
}

static gboolean
set_pragmas (TstStore *self, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (pragmas); i++)
    {
      g_autofree char *answer = NULL;

      if (!_tst_store_query_text (self, pragmas[i].set, &answer, error))
        return FALSE;
      g_clear_pointer (&answer, g_free);
      if (pragmas[i].ask == NULL)
        continue;
      if (!_tst_store_query_text (self, pragmas[i].ask, &answer, error))
        return FALSE;
      if (g_strcmp0 (answer, pragmas[i].expect) != 0)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_FAILED,
                       "The database refused \"%s\" (it answered \"%s\"), and without it what is saved would "
                       "not be safe. Is the "
                       "data folder on a network disk? Use a local one.",
                       pragmas[i].set, answer != NULL ? answer : "");
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_file (TstStore *self, const char *pragma, GError **error)
{
  g_autofree char *answer = NULL;

  if (!_tst_store_query_text (self, pragma, &answer, error))
    return FALSE;
  if (g_strcmp0 (answer, "ok") == 0)
    return TRUE;
  _tst_store_mark_suspect (self);
  g_set_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED, "The database is damaged: %s",
               answer != NULL ? answer : "");
  return FALSE;
}

static gboolean
open_checked (TstStore *self, GError **error)
{
  g_autofree char *count = NULL;
  g_autofree char *mark = suspect_path (self);
  int rc = sqlite3_open_v2 (
      self->path, &self->db,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

  if (rc != SQLITE_OK)
    {
      _tst_store_set_error (self, rc, "be opened", error);
      return FALSE;
    }
  /* From here on an abandoned connection leaves the WAL as it found it. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  if (!set_pragmas (self, error))
    return FALSE;
  sqlite3_wal_hook (self->db, on_wal, self);

  /* Reads the header, recovers the WAL and parses the whole schema. */
  if (!_tst_store_query_text (self, "SELECT count (*) FROM sqlite_schema", &count, error))
    return FALSE;
  if (g_file_test (mark, G_FILE_TEST_EXISTS))
    {
      if (!check_file (self, "PRAGMA integrity_check (1)", error))
        return FALSE;
      g_unlink (mark);
    }
  /* After a failed fsync the page cache may hold frames that the disk does not: writing them anew through a fresh
   * descriptor, before anything is built on them, makes true what we are about to show. */
  if (!checkpoint (self, SQLITE_CHECKPOINT_TRUNCATE, error))
    return FALSE;

  /* chmod() takes no descriptor on the file, so SQLite's locks stay. */
  if (g_chmod (self->path, 0600) != 0)
    {
      tst_error_set_errno (error, errno, "Could not make the database private");
      return FALSE;
    }
  return tst_fs_sync_folder (self->folder, error);
}

gboolean
_tst_store_open_database (TstStore *self, GError **error)
{
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
  GError *local = NULL;

  tst_store_assert_thread (self);

  /* SQLite would delete the log of a database that is gone or empty, and with it the last commits. */
  if (size_of (self->path) <= 0 && size_of (wal) > 0)
    {
      set_aside (self, &local);
      g_propagate_error (error, local);
      return FALSE;
    }
  if (open_checked (self, &local) && _tst_store_migrate (self, self->migrations, self->n_migrations, &local))
    return TRUE;
  if (g_error_matches (local, TST_ERROR, TST_ERROR_STORE_DAMAGED))
    set_aside (self, &local);
  else if (self->db != NULL)
    abandon (self);
  g_propagate_error (error, local);
  return FALSE;
}

gboolean
tst_store_check (TstStore *self, GError **error)
{
  g_autofree char *table = NULL;

  tst_store_assert_thread (self);

  if (!check_file (self, "PRAGMA integrity_check (1)", error)
      || !_tst_store_query_text (self, "PRAGMA foreign_key_check", &table, error))
    return FALSE;
  if (table == NULL)
    return TRUE;
  g_set_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
               "A row of the table %s names another that is not there", table);
  return FALSE;
}

gboolean
tst_store_compact (TstStore *self, GError **error)
{
  tst_store_assert_thread (self);
  g_assert (!self->writing && self->statements_out == 0);

  if (self->stopped)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_IO, "The disk failed before; the database stays as it is");
      return FALSE;
    }
  return _tst_store_exec_raw (self, "VACUUM", "be laid out anew", error)
         && checkpoint (self, SQLITE_CHECKPOINT_TRUNCATE, error);
}

/* VACUUM INTO does not sync what it writes. */
static gboolean
sync_and_name (const char *temporary, const char *path, GError **error)
{
  int fd = open (temporary, O_RDWR | O_CLOEXEC);
  gboolean ok = fd >= 0 && fchmod (fd, 0600) == 0 && fsync (fd) == 0;
  int saved = errno;

  if (fd >= 0 && close (fd) != 0 && ok)
    {
      saved = errno;
      ok = FALSE;
    }
  if (ok && g_rename (temporary, path) == 0)
    return TRUE;
  tst_error_set_errno (error, ok ? errno : saved, "Could not make the copy of the database durable");
  return FALSE;
}

gboolean
tst_store_backup (TstStore *self, const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *temporary = g_strconcat (absolute, ".tmp", NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  struct stat own, other;
  sqlite3_stmt *stmt = NULL;
  int rc;

  tst_store_assert_thread (self);

  /* Replacing the open database or opening it here would end its locks. */
  if (strcmp (absolute, self->path) == 0
      || (stat (self->path, &own) == 0 && stat (absolute, &other) == 0 && own.st_dev == other.st_dev
          && own.st_ino == other.st_ino))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE,
                           "A backup cannot be written over the database itself");
      return FALSE;
    }

  g_unlink (temporary);
  rc = sqlite3_prepare_v2 (self->db, "VACUUM INTO ?1", -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_bind_text (stmt, 1, temporary, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK)
    rc = sqlite3_step (stmt);
  if (rc != SQLITE_DONE)
    {
      gboolean was_stopped = self->stopped;

      _tst_store_set_error (self, rc, "be copied", error);
      /* A fault of the disk that the copy goes to says nothing about the store's own, save that it is damaged. */
      if ((rc & 0xff) == SQLITE_IOERR)
        self->stopped = was_stopped;
      sqlite3_finalize (stmt);
      g_unlink (temporary);
      return FALSE;
    }
  sqlite3_finalize (stmt);
  if (!sync_and_name (temporary, absolute, error))
    {
      g_unlink (temporary);
      return FALSE;
    }
  return tst_fs_sync_folder (folder, error);
}
