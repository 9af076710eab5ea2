/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"
#include "protocol/tst-receipt.h"

G_BEGIN_DECLS

/**
 * TstHoldings:
 *
 * What central may sign a holding receipt for: bodies, sealed parts and media whose bytes were read back and hashed. A medium that this
 * process has read back within the last day is not read again. Any thread but the store's; blocks.
 */
typedef struct _TstHoldings TstHoldings;
TstHoldings *tst_holdings_new (TstCentral *central);
void tst_holdings_free (TstHoldings *self);

/* A medium was just read back after fsync, by whoever stored it. Enters it in the table, and takes the row of the @upload (nullable) that brought it
 * away in the same transaction. */
gboolean tst_holdings_add_medium (TstHoldings *self, const TstHash *sha256, guint64 bytes, const char *type, const char *upload, GError **error);
gboolean tst_holdings_has_medium (TstHoldings *self, const TstHash *sha256, guint64 *bytes, GError **error);

/* A medium that no record names and that is not to be kept: row and file. */
gboolean tst_holdings_forget_medium (TstHoldings *self, const TstHash *sha256, GError **error);

/* @held: (out): of TstHolding; @missing: (out): of TstHash. A medium in the table whose file is gone or altered is struck from it, so that a
 * device sends it again. TST_ERROR_BUSY when reading took too long: what was read is remembered, so ask again. */
gboolean tst_holdings_check (TstHoldings *self, GArray *hashes, GArray **held, GArray **missing, GError **error);

G_END_DECLS
