/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Administration: named operations on a central, run in the serving process through DIR/admin.sock, or right here when none serves. The same
 * table on both sides; operations never know where they run.
 *
 * On the socket: one line, a JSON object {"op": name, "args": {…}}; back come lines {"row": {…}} and {"refused": {"item", "code", "error"}} as they
 * arise, last {"done": true} or {"error": {"code", "message"}}. */

typedef struct _TstAdminCall TstAdminCall;

/* Does the work, blocking, on a thread of its own: never the store's nor the main loop. */
typedef gboolean (*TstAdminFunc) (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error);

typedef struct
{
  const char *name; /* NULL ends a table */
  TstAdminFunc run;
} TstAdminOperation;

/* Within an operation: a result (the reference is taken), or an item that was refused while the rest goes on. */
void tst_admin_call_row (TstAdminCall *self, JsonObject *row);
void tst_admin_call_refuse (TstAdminCall *self, const char *item, const GError *error);
/* The one who asked is gone, or central is stopping. */
gboolean tst_admin_call_is_cancelled (TstAdminCall *self);

/* What the caller of tst_admin_run() hears. */
typedef struct
{
  void (*row) (JsonObject *row, gpointer user_data);
  void (*refused) (const char *item, const GError *error, gpointer user_data);
} TstAdminListener;

/**
 * tst_admin_run:
 * @tables: NULL-terminated tables of operations
 * @args: (nullable)
 *
 * Runs @name in the process that serves @folder, or opens @folder and runs it here. Errors: the operation's own, or those of
 * tst_central_open(). Blocks.
 */
gboolean tst_admin_run (const char *folder, const TstAdminOperation *const *tables, const char *name, JsonObject *args,
                        const TstAdminListener *listener, gpointer user_data, GError **error);

/* The serving side: listens on FOLDER/admin.sock (mode 0600), each caller on a thread of its own. */
typedef struct _TstAdminServer TstAdminServer;
TstAdminServer *tst_admin_server_new (TstCentral *central, const TstAdminOperation *const *tables, GError **error);
/* Calls under way are told to end, and waited for. */
void tst_admin_server_free (TstAdminServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstAdminServer, tst_admin_server_free)

G_END_DECLS
