/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"
#include "model/tst-work-index.h"

G_BEGIN_DECLS

/* All works that the field book knows, as an index in memory. The rows are read on the store's thread and put in order on another; the callback
 * comes on the main context of the caller. */
void tst_field_book_load_works_async (TstFieldBook *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
TstWorkIndex *tst_field_book_load_works_finish (TstFieldBook *self, GAsyncResult *result, GError **error);
/* The blocking form, for worker threads and tests. */
TstWorkIndex *tst_field_book_load_works (TstFieldBook *self, GError **error);

/* One work whole, as its JSON text was imported; TST_ERROR_NOT_FOUND. Blocks on the store. */
JsonObject *tst_field_book_load_work (TstFieldBook *self, const char *code, GError **error);

G_END_DECLS
