/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-media-store.h"
#include "record/tst-envelope.h"
#include "store/tst-store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* From records to the tables that pages and lists read: item, change, event, contribution, work, decision, derivative, tombstone
 * (README.md, "Tables"). What is written for an item is a function of the set of records about it and not of the order in which they
 * came, so that late amendments, late bodies and a rebuild give equal tables.
 *
 * Who may say what: amendments, withdrawals and discards count only from the key that signed the record they name;
 * decisions only from central's chain, and only for the very record (text hash) that they name. */

/**
 * tst_projection_attach:
 * @media: where the files of works and event imports are read from when their record is applied
 *
 * To be called once for each opened store, before anything is applied. Any thread.
 */
void tst_projection_attach (TstStore *store, TstMediaStore *media);

/**
 * tst_projection_apply:
 * @idx: the record's place in the log; its row in "leaf" is there already, and so is the one in "body" when @body is not NULL
 * @body: (nullable): the parsed body; NULL while it is missing. Apply again when it comes
 *
 * On the store thread, inside the transaction that appended the record. Applying twice changes nothing. A body that cannot be
 * understood is no error: the envelope stays in the log and the item does not appear.
 */
gboolean tst_projection_apply (TstStore *store, guint64 idx, TstEnvelope *envelope, JsonObject *body, GError **error);

/* Drops all projections and makes them anew from leaf and body. On the store thread, inside a transaction. */
gboolean tst_projection_rebuild (TstStore *store, GError **error);

/* Was this body, sealed part or medium destroyed by an erasure? Then it is not kept when it comes again. On the store thread. */
gboolean tst_projection_is_erased (TstStore *store, const TstHash *sha256, gboolean *erased, GError **error);

/* Counts up whenever anything was applied that a public page may show. Any thread. */
guint tst_projection_get_revision (TstStore *store);

/**
 * tst_projection_dump:
 *
 * Every projection table as text, rows in order of their keys and without log indices: equal texts mean equal tables. For verify and tests. On
 * the store thread.
 */
char *tst_projection_dump (TstStore *store, GError **error);

/* The items whose rows depend on @target are computed again. On the store thread; for moderation. */
gboolean tst_projection_refresh (TstStore *store, const char *target, GError **error);

/* Puts in what imports have left to do, in small transactions, so that readers get their turn; what a crash interrupted goes on where it
 * was. Blocks; any thread but the store's, one at a time. */
gboolean tst_projection_run_pending (TstStore *store, TstMediaStore *media, GError **error);

G_END_DECLS
