/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"
#include "model/tst-work-index.h"

G_BEGIN_DECLS

/**
 * tst_field_book_load_works:
 * @file: (nullable): where the index may lie on disk, and is put; in its user's cache (tst-work-index-file.h). NULL: in memory
 * @known: (nullable): the index as it was read before
 *
 * All works that the field book knows: @known when nothing of them changed, else what lies at @file when it is of just this state, else read from the
 * store and put at @file. A file that cannot be read or written costs memory and time, never works. Blocks on the store: for worker threads and tests.
 */
TstWorkIndex *tst_field_book_load_works (TstFieldBook *self, const char *file, TstWorkIndex *known, GError **error);
/* The same on another thread; the callback comes on the main context of the caller. */
void tst_field_book_load_works_async (TstFieldBook *self, const char *file, TstWorkIndex *known, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
TstWorkIndex *tst_field_book_load_works_finish (TstFieldBook *self, GAsyncResult *result, GError **error);

/* One work whole, as its JSON text was imported; TST_ERROR_NOT_FOUND. Blocks on the store. */
JsonObject *tst_field_book_load_work (TstFieldBook *self, const char *code, GError **error);

G_END_DECLS
