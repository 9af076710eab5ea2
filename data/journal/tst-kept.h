/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a citizen has half written and asks to be kept, under a code of twelve digits that only they take away: four name the file
 * FOLDER/drafts/kept-NNNN.sealed, eight make its key (Argon2id, libsodium, moderate). The tablet keeps no key and staff cannot open it; whoever copies the disk
 * needs years for the eight digits. Taken once; after a day it is gone. */

#define TST_KEPT_HOURS 24

/**
 * tst_kept_put:
 * @folder: of the field book
 *
 * Blocks for about a second.
 *
 * Returns: (transfer full): the code, twelve digits. TST_ERROR_IO and the like.
 */
char *tst_kept_put (const char *folder, JsonObject *content, gint64 now_s, GError **error);
/* What stands behind @code (spaces and dashes do not matter); it is gone from the disk then. TST_ERROR_NOT_FOUND: no such code, wrong or too old. */
JsonObject *tst_kept_take (const char *folder, const char *code, gint64 now_s, GError **error);
/* Destroys what is older than a day; all of it with @now_s G_MAXINT64. */
void tst_kept_sweep (const char *folder, gint64 now_s);

/* The forms for the main loop; what was handed in is copied and wiped. */
void tst_kept_put_async (const char *folder, JsonObject *content, gint64 now_s, GAsyncReadyCallback callback, gpointer user_data);
char *tst_kept_put_finish (GAsyncResult *result, GError **error);
void tst_kept_take_async (const char *folder, const char *code, gint64 now_s, GAsyncReadyCallback callback, gpointer user_data);
JsonObject *tst_kept_take_finish (GAsyncResult *result, GError **error);

G_END_DECLS
