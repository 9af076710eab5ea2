/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* When the newest evidence of each work was taken, as far as this tablet knows: photographs, films and voice notes of its own that stand, and what
 * central shows of the work's viewpoints. @works are codes; asked for what is on the screen, one look into an index each, whatever the size of the
 * field book. The answer maps code → gint64 * (seconds since 1970, UTC; owned by the table); a work of which nothing is known is not in it.
 * The rows are read on the store's thread; the callback comes on the main context of the caller. */
void tst_field_book_last_evidence_async (TstFieldBook *self, const char *const *works, GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
GHashTable *tst_field_book_last_evidence_finish (TstFieldBook *self, GAsyncResult *result, GError **error); /* (transfer full) */
/* The blocking form, for worker threads and tests. */
GHashTable *tst_field_book_last_evidence (TstFieldBook *self, const char *const *works, GError **error); /* (transfer full) */

G_END_DECLS
