/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The addresses of what was public once and is no more: for caches in front, mirrors and exports. Whoever held one of these addresses may be told
 * that it is gone; nothing else is said here. All functions block: worker threads only. */

/**
 * tst_purge_list:
 * @since_s: what was taken back then or later; 0: all
 *
 * Returns: (element-type JsonObject): {"id", "at", "paths": [text]}, oldest first
 */
GPtrArray *tst_purge_list (TstCentral *central, gint64 since_s, GError **error);

/* Runs the configured "purge_command" with the paths of the last hour on its standard input, one a line; when there is none, does nothing. A
 * command that fails is told to the log only: the pages are gone already. */
void tst_purge_announce (TstCentral *central);

/* Adds "/retirados.json", the whole list. Main thread of @server; @central must outlive it. */
typedef struct _TstPurgeRoute TstPurgeRoute;
TstPurgeRoute *tst_purge_route_attach (TstCentral *central, SoupServer *server);
void tst_purge_route_free (TstPurgeRoute *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPurgeRoute, tst_purge_route_free)

G_END_DECLS
