/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-fs.h"
#include "store/tst-store.h"

G_BEGIN_DECLS

struct _TstStore
{
  GObject parent;

  GMutex mutex; /* guards @closing and the order of the last push */
  gboolean closing;
  GAsyncQueue *queue;
  GThread *thread;
  TstLock *lock;
  char *folder; /* absolute */
  char *path;   /* of the database: for SQLite's eyes only; nothing else may open() it */
  const TstMigration *migrations;
  guint n_migrations;

  /* On the store thread only. */
  GThread *owner;
  sqlite3 *db;
  GHashTable *idle; /* SQL text → TstStatement at rest */
  guint statements_out;
  guint64 steps;     /* of SQLite's machine, in statements that were given back */
  gboolean writing;  /* inside BEGIN … COMMIT of a write job or a migration */
  gboolean stopped;  /* after a failed fsync or damage: no more writes through this connection */
  int wal_pages;     /* frames in the WAL after the last commit */
};

/* Turns SQLite's last error into a GError, and stops the store when it is one after which no write may be trusted. */
void _tst_store_set_error (TstStore *self, int rc, const char *what, GError **error);
/* Without the checks of tst_store_exec(): for BEGIN, COMMIT and PRAGMA. */
gboolean _tst_store_exec_raw (TstStore *self, const char *sql, const char *what, GError **error);
/* First column of the first row as text, NULL when there is no row. */
gboolean _tst_store_query_text (TstStore *self, const char *sql, char **text, GError **error);
void _tst_statement_finalize (TstStatement *self);

/* tst-store-migrate.c; on the store thread, with the database open */
gboolean _tst_store_migrate (TstStore *self, const TstMigration *migrations, guint n_migrations, GError **error);

/* tst-store-open.c: opens, migrates, and sets a damaged file aside */
gboolean _tst_store_open_database (TstStore *self, GError **error);
void _tst_store_close_database (TstStore *self);
/* Copies the WAL into the database when it has grown; a failure stops the store, never the commit before it. */
void _tst_store_checkpoint_if_due (TstStore *self);
/* Leaves a mark that makes the next opening check the whole file. */
void _tst_store_mark_suspect (TstStore *self);

G_END_DECLS
