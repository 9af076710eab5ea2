/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "base/tst-hash.h"

G_BEGIN_DECLS

/**
 * TstStore:
 *
 * One SQLite file with exactly one connection, owned by one thread (Debian 12's 3.40.1 has the WAL-reset corruption bug,
 * which needs two). A lock file of its own is flock()ed first; then locking_mode=EXCLUSIVE, WAL, synchronous=FULL,
 * secure_delete=ON, foreign_keys=ON, each answer checked. Nothing but SQLite ever opens the database's path.
 */
#define TST_TYPE_STORE (tst_store_get_type ())
G_DECLARE_FINAL_TYPE (TstStore, tst_store, TST, STORE, GObject)

/* A step from schema version n to n + 1: SQL, or a function for what SQL cannot do. Numbered by its place. */
typedef struct
{
  const char *sql;
  gboolean (*run) (TstStore *store, GError **error); /* on the store thread, inside the step's transaction */
  /* Foreign keys are off while a step runs (no ON DELETE CASCADE), and all of them are checked before it is kept. */
} TstMigration;

/**
 * tst_store_open:
 * @folder: the data folder; the database is "testigo.db" in it, the lock "testigo.lock"
 * @migrations: all steps from the empty database on
 *
 * Blocks. Each missing step runs in a transaction of its own; before the first one on a database that holds data,
 * VACUUM INTO makes "testigo.db.before-N", N being @n_migrations. Errors: TST_ERROR_STORE_MISSING (no @folder),
 * TST_ERROR_STORE_IN_USE, TST_ERROR_STORE_NEWER; a damaged file is renamed to
 * "testigo.db.damaged-TIME" (with its -wal) and TST_ERROR_STORE_DAMAGED says so.
 */
TstStore *tst_store_open (const char *folder, const TstMigration *migrations, guint n_migrations, GError **error);
/* Checkpoints, closes, ends the thread, frees the lock. Further work gives TST_ERROR_CANCELLED. */
void tst_store_close (TstStore *self);

/* Work on the store thread, in the order in which it was handed in. */
typedef gboolean (*TstStoreFunc) (TstStore *store, gpointer data, GError **error);

/* Runs @func inside BEGIN IMMEDIATE … COMMIT: FALSE rolls back. When this says TRUE the change is durable. @func frees its
 * statements before it returns. @data lives until @callback has returned and is destroyed in the caller's main context.
 * Cancelling takes back only what has not begun. After a failed fsync each write gives TST_ERROR_IO until the folder is
 * opened anew. */
void tst_store_write_async (TstStore *self, TstStoreFunc func, gpointer data, GDestroyNotify destroy,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean tst_store_write_finish (TstStore *self, GAsyncResult *result, GError **error);
/* Without a transaction, for reading. */
void tst_store_read_async (TstStore *self, TstStoreFunc func, gpointer data, GDestroyNotify destroy,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean tst_store_read_finish (TstStore *self, GAsyncResult *result, GError **error);
/* Blocking forms for commands, worker threads and tests; asserted not to be called on the store thread. No main
 * context is iterated. */
gboolean tst_store_write (TstStore *self, TstStoreFunc func, gpointer data, GError **error);
gboolean tst_store_read (TstStore *self, TstStoreFunc func, gpointer data, GError **error);

/* --- on the store thread only (asserted) --- */

/**
 * TstStatement:
 *
 * A prepared statement from the store's cache; freeing it resets it and gives it back. Binds count from 1, columns from 0.
 */
typedef struct _TstStatement TstStatement;
TstStatement *tst_store_prepare (TstStore *self, const char *sql, GError **error);
void tst_statement_free (TstStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstStatement, tst_statement_free)
void tst_statement_bind_int (TstStatement *self, int at, gint64 value);
void tst_statement_bind_double (TstStatement *self, int at, double value);
void tst_statement_bind_text (TstStatement *self, int at, const char *value); /* NULL binds NULL; copied */
void tst_statement_bind_blob (TstStatement *self, int at, const void *data, gsize size);
void tst_statement_bind_bytes (TstStatement *self, int at, GBytes *bytes);
void tst_statement_bind_hash (TstStatement *self, int at, const TstHash *hash);
void tst_statement_bind_null (TstStatement *self, int at);
/* TRUE with *@row TRUE on a row, TRUE with *@row FALSE at the end; FALSE with an error. @row may be NULL. */
gboolean tst_statement_step (TstStatement *self, gboolean *row, GError **error);
void tst_statement_reset (TstStatement *self); /* and clears the bindings */
gint64 tst_statement_int (TstStatement *self, int column);
double tst_statement_double (TstStatement *self, int column);
const char *tst_statement_text (TstStatement *self, int column); /* (nullable) valid until the next step */
GBytes *tst_statement_bytes (TstStatement *self, int column);    /* (transfer full) (nullable) copied */
gboolean tst_statement_hash (TstStatement *self, int column, TstHash *hash);
gboolean tst_statement_is_null (TstStatement *self, int column);

gboolean tst_store_exec (TstStore *self, const char *sql, GError **error); /* may hold several; in writes only */
gint64 tst_store_changes (TstStore *self);
/* Steps that SQLite's machine has made since the store was opened, in statements that were freed since: what a question costs, the same on a busy
 * machine and an idle one. On the store thread. */
guint64 tst_store_get_steps (TstStore *self);
/* Gives back the memory of the pages that were read: for after a pass over much of the database. On the store thread. */
void tst_store_release_pages (TstStore *self);
void tst_store_assert_thread (TstStore *self);
/* VACUUM INTO, then fsync of the file and its folder; in a reading, since VACUUM cannot run in a transaction. Replaces
 * @path, and never leaves half a file there. */
gboolean tst_store_backup (TstStore *self, const char *path, GError **error);
/* VACUUM, and all of it out of the WAL: rows lie by table and key from then on, and no longer in the order in which they came. Holds the
 * database in memory meanwhile; in a reading, as tst_store_backup(). */
gboolean tst_store_compact (TstStore *self, GError **error);
/* PRAGMA integrity_check and foreign_key_check. */
gboolean tst_store_check (TstStore *self, GError **error);

G_END_DECLS
