/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/tst-store-private.h"

#include "base/tst-error.h"

#include <string.h>

/* Enough for every query of the product; what lies beyond is finalized instead of kept. */
#define MAX_IDLE 256

struct _TstStatement
{
  TstStore *store; /* not owned: outlives its statements */
  sqlite3_stmt *stmt;
  char *sql;
  int bind_result; /* the first failed bind, told by the next step */
};

TstStatement *
tst_store_prepare (TstStore *self, const char *sql, GError **error)
{
  TstStatement *statement;
  sqlite3_stmt *stmt = NULL;
  const char *tail = NULL;
  int rc;

  tst_store_assert_thread (self);

  if (g_hash_table_steal_extended (self->idle, sql, NULL, (gpointer *)&statement))
    {
      self->statements_out++;
      return statement;
    }

  rc = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);
  if (rc != SQLITE_OK)
    {
      _tst_store_set_error (self, rc, "prepare a statement", error);
      return NULL;
    }
  g_assert (stmt != NULL);
  while (g_ascii_isspace (*tail) || *tail == ';')
    tail++;
  g_assert (*tail == '\0');

  statement = g_new0 (TstStatement, 1);
  statement->store = self;
  statement->stmt = stmt;
  statement->sql = g_strdup (sql);
  self->statements_out++;
  return statement;
}

void
_tst_statement_finalize (TstStatement *self)
{
  sqlite3_finalize (self->stmt);
  g_free (self->sql);
  g_free (self);
}

void
tst_statement_free (TstStatement *self)
{
  TstStore *store = self->store;

  tst_store_assert_thread (store);
  g_assert (store->statements_out > 0);
  store->statements_out--;
  store->steps += sqlite3_stmt_status (self->stmt, SQLITE_STMTSTATUS_VM_STEP, TRUE);
  tst_statement_reset (self);
  /* Two of one text may be out at once: one of them is kept. */
  if (g_hash_table_size (store->idle) >= MAX_IDLE || g_hash_table_contains (store->idle, self->sql))
    _tst_statement_finalize (self);
  else
    g_hash_table_insert (store->idle, self->sql, self);
}

static void
note_bind (TstStatement *self, int rc)
{
  tst_store_assert_thread (self->store);
  /* A wrong index or a bind in the middle of a walk is our own bug; too long a value is not. */
  g_assert (rc != SQLITE_RANGE && rc != SQLITE_MISUSE);
  if (rc != SQLITE_OK && self->bind_result == SQLITE_OK)
    self->bind_result = rc;
}

void
tst_statement_bind_int (TstStatement *self, int at, gint64 value)
{
  note_bind (self, sqlite3_bind_int64 (self->stmt, at, value));
}

void
tst_statement_bind_double (TstStatement *self, int at, double value)
{
  note_bind (self, sqlite3_bind_double (self->stmt, at, value));
}

void
tst_statement_bind_text (TstStatement *self, int at, const char *value)
{
  if (value == NULL)
    note_bind (self, sqlite3_bind_null (self->stmt, at));
  else
    note_bind (self,
               sqlite3_bind_text64 (self->stmt, at, value, strlen (value), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void
tst_statement_bind_blob (TstStatement *self, int at, const void *data, gsize size)
{
  /* A NULL pointer would bind NULL: an empty blob is not that. */
  note_bind (self, sqlite3_bind_blob64 (self->stmt, at, size == 0 ? "" : data, size, SQLITE_TRANSIENT));
}

void
tst_statement_bind_bytes (TstStatement *self, int at, GBytes *bytes)
{
  gsize size;
  const void *data;

  if (bytes == NULL)
    {
      note_bind (self, sqlite3_bind_null (self->stmt, at));
      return;
    }
  data = g_bytes_get_data (bytes, &size);
  tst_statement_bind_blob (self, at, data, size);
}

void
tst_statement_bind_hash (TstStatement *self, int at, const TstHash *hash)
{
  if (hash == NULL)
    note_bind (self, sqlite3_bind_null (self->stmt, at));
  else
    tst_statement_bind_blob (self, at, hash->bytes, sizeof hash->bytes);
}

void
tst_statement_bind_null (TstStatement *self, int at)
{
  note_bind (self, sqlite3_bind_null (self->stmt, at));
}

gboolean
tst_statement_step (TstStatement *self, gboolean *row, GError **error)
{
  TstStore *store = self->store;
  int rc;

  tst_store_assert_thread (store);
  g_assert (store->writing || sqlite3_stmt_readonly (self->stmt));

  if (row != NULL)
    *row = FALSE;
  if (self->bind_result != SQLITE_OK)
    {
      g_set_error (error, TST_ERROR,
                   self->bind_result == SQLITE_TOOBIG ? TST_ERROR_TOO_LARGE : TST_ERROR_FAILED,
                   "A value could not be handed to the database: %s", sqlite3_errstr (self->bind_result));
      return FALSE;
    }
  /* SQLite rolls back by itself on some errors. A function that went on after one would write outside its transaction. */
  if (store->writing && sqlite3_get_autocommit (store->db))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED,
                           "The change was rolled back by the database; nothing of it was saved");
      return FALSE;
    }

  rc = sqlite3_step (self->stmt);
  if (rc == SQLITE_ROW)
    {
      if (row != NULL)
        *row = TRUE;
      return TRUE;
    }
  if (rc == SQLITE_DONE)
    {
      /* Ends the read, so that a walked-through statement holds no snapshot. Columns are not read after the end. */
      sqlite3_reset (self->stmt);
      return TRUE;
    }
  _tst_store_set_error (store, rc, "run a statement", error);
  sqlite3_reset (self->stmt);
  return FALSE;
}

guint64
tst_store_get_steps (TstStore *self)
{
  tst_store_assert_thread (self);
  return self->steps;
}

void
tst_store_release_pages (TstStore *self)
{
  tst_store_assert_thread (self);
  sqlite3_db_release_memory (self->db);
}

void
tst_statement_reset (TstStatement *self)
{
  tst_store_assert_thread (self->store);
  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  self->bind_result = SQLITE_OK;
}

gint64
tst_statement_int (TstStatement *self, int column)
{
  g_assert (column >= 0 && column < sqlite3_column_count (self->stmt));
  return sqlite3_column_int64 (self->stmt, column);
}

double
tst_statement_double (TstStatement *self, int column)
{
  g_assert (column >= 0 && column < sqlite3_column_count (self->stmt));
  return sqlite3_column_double (self->stmt, column);
}

const char *
tst_statement_text (TstStatement *self, int column)
{
  g_assert (column >= 0 && column < sqlite3_column_count (self->stmt));
  return (const char *)sqlite3_column_text (self->stmt, column);
}

GBytes *
tst_statement_bytes (TstStatement *self, int column)
{
  const void *data;

  if (tst_statement_is_null (self, column))
    return NULL;
  data = sqlite3_column_blob (self->stmt, column);
  return g_bytes_new (data, sqlite3_column_bytes (self->stmt, column));
}

gboolean
tst_statement_hash (TstStatement *self, int column, TstHash *hash)
{
  const void *data;

  if (tst_statement_is_null (self, column))
    return FALSE;
  data = sqlite3_column_blob (self->stmt, column);
  return tst_hash_from_blob (data, sqlite3_column_bytes (self->stmt, column), hash);
}

gboolean
tst_statement_is_null (TstStatement *self, int column)
{
  g_assert (column >= 0 && column < sqlite3_column_count (self->stmt));
  return sqlite3_column_type (self->stmt, column) == SQLITE_NULL;
}
