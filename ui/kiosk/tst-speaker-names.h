/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-event-sheet.h"

G_BEGIN_DECLS

/* The names of those who asked for the word, read off the open event's sheet with the key that the staff PIN opens. In a thread. */
void tst_speaker_names_read_async (TstFieldBook *book, const char *event_id, TstVault *vault, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full): record to name. Errors as tst_event_sheet_open(). */
GHashTable *tst_speaker_names_read_finish (GAsyncResult *result, GError **error);

G_END_DECLS
