/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* When leaves that were signed are gone for good, a log of another name begins: its first leaf is a record of central's own ("origin")
 * that names the newest checkpoint known of the old one; the leaves that are left follow in their order. The old log's key is set aside
 * and signs nothing any more. Each device takes the new log over only when a person there accepts it. */

/* Blocks; central must not be serving. @central is of no use afterwards but for closing: open it anew. TST_ERROR_WRONG_STATE while nothing is
 * wrong with the log, TST_ERROR_BAD_VALUE for a name that cannot stand in a signed note or is the old one. */
gboolean tst_new_origin_begin (TstCentral *central, const char *origin, const char *reason, GError **error);

/* At opening, before the keys are read: what a power cut left undone of it. @done: the folder has the new keys and name. */
gboolean tst_new_origin_finish (const char *folder, TstStore *store, JsonObject *town, gboolean *done, GError **error);

G_END_DECLS
