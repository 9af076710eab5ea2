/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "seal/tst-age.h"
#include "store/tst-store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A whole data folder as one sealed file, and back: an age file of a tar, so that "age -d | tar x" gives everything without us. Its first member
 * is "backup.json", its second the database as VACUUM INTO makes it while the store goes on, then every other plain file of the folder. What belongs to the
 * machine (locks, sockets), to a moment (uploads under way, temporary files) or to an earlier trouble (damaged databases set aside) stays out. */

#define TST_RESTORED_FILE "restored" /* in a restored folder: one line of JSON, about and "restored_at" */

typedef void (*TstBackupProgress) (guint64 done, guint64 total, gpointer user_data); /* bytes; on the calling thread or another */

typedef struct
{
  guint64 files, bytes;
} TstBackupSummary;

/**
 * tst_backup_write:
 * @about: what backup.json says; "testigo": 1 is added
 * @recipients: NULL-terminated age recipients, at least one
 * @path: must not be there
 *
 * Blocks: worker threads only, never the store's. A file that goes away meanwhile (an erasure) is left out. Durable when TRUE; else nothing is left at @path.
 * TST_ERROR_WRONG_STATE, TST_ERROR_NO_SPACE, TST_ERROR_IO, TST_ERROR_BAD_VALUE, TST_ERROR_CANCELLED.
 */
gboolean tst_backup_write (TstStore *store, const char *folder, JsonObject *about, const char *const *recipients, const char *path,
                           TstBackupProgress progress, gpointer user_data, GCancellable *cancellable, TstBackupSummary *summary, GError **error);

/**
 * tst_backup_read:
 * @kind: what backup.json must call itself
 * @folder: must not be there, or be empty
 * @about: (out) (nullable): what backup.json said
 *
 * Unpacks beside @folder, makes all of it durable, writes the mark TST_RESTORED_FILE, and only then gives it its name. Nothing is left after an error.
 * TST_ERROR_LOCKED when @identity is not among the recipients; TST_ERROR_HASH_MISMATCH or TST_ERROR_TORN when it was altered; TST_ERROR_WRONG_STATE when there is
 * something at @folder; TST_ERROR_BAD_VALUE when it is no such backup.
 */
gboolean tst_backup_read (const char *path, TstAgeIdentity *identity, const char *kind, const char *folder, gint64 now_s, JsonObject **about,
                          TstBackupSummary *summary, GError **error);

G_END_DECLS
