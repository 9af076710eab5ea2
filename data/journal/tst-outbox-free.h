/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-outbox.h"

G_BEGIN_DECLS

/* Space is won only from what central has proved to hold, and only when somebody asks. A medium may go when every record that names it is received, its
 * event is closed (or it has none), and central's holding receipt was issued again for this very purpose. What is freed is known as such: lists and verify say so,
 * and it can be fetched again. Blocks on store and disk; any thread but the store's. */

/* Oldest event first; (element-type TstHeld). What may go once central has given fresh receipts. */
GArray *tst_outbox_list_freeable (TstFieldBook *self, GError **error);

/**
 * tst_outbox_free_medium:
 * @issued_s: of the receipt that was just fetched; the one that is stored must be as new
 *
 * Row first, then the file. TST_ERROR_WRONG_STATE when it may not go (any more).
 */
gboolean tst_outbox_free_medium (TstFieldBook *self, const TstHash *sha256, gint64 issued_s, GError **error);
/* TST_ERROR_WRONG_STATE unless it was freed. */
gboolean tst_outbox_medium_is_freed (TstFieldBook *self, const TstHash *sha256, guint64 *bytes, GError **error);
/* The original is in the media store again. */
gboolean tst_outbox_medium_fetched (TstFieldBook *self, const TstHash *sha256, GError **error);

G_END_DECLS
