/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-appender.h"

G_BEGIN_DECLS

/* The rows behind the appender: leaf, body, part, record_media. All on the store thread. */

/* The index that the next new leaf gets. */
gboolean tst_leaf_table_next (TstStore *store, guint64 *next, GError **error);

/* Signs @entry as the next record of central's own chain: seq and prev from the table. In a transaction. */
gboolean tst_leaf_table_sign_own (TstStore *store, TstCentral *central, const TstCheckpoint *anchor,
                                  TstAppendEntry *entry, GError **error);

/* Adds the leaf unless it is there (known), marks forks, takes body and parts that were missing, and runs the
 * projection over what is new. In a transaction. */
gboolean tst_leaf_table_add (TstStore *store, TstAppendEntry *entry, gint64 now_s, guint64 *next, GError **error);

/* Reads body and parts of @entry's record back and hashes them: fills in "holdings", "missing", "fork". */
gboolean tst_leaf_table_read_back (TstStore *store, TstAppendEntry *entry, GError **error);

G_END_DECLS
