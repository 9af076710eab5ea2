/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The only ways in which Testigo makes files that must outlive a power cut (docs/architecture.md, "Durability").
 * All block on the disk: never on the main loop. A failed fsync is never retried on the same descriptor. */

/* Makes @path and its missing parents (mode @mode) and fsyncs each folder that got a new entry. */
gboolean tst_fs_ensure_folder (const char *path, int mode, GError **error);

/* fsync of a folder, so that a rename or a new name in it is on the disk. */
gboolean tst_fs_sync_folder (const char *path, GError **error);

/* Temporary file beside @path, write, fsync, rename, fsync of the folder. Never leaves half a file at @path. */
gboolean tst_fs_write_durable (const char *path, GBytes *bytes, int mode, GError **error);

/* Whole file; TST_ERROR_NOT_FOUND, TST_ERROR_TOO_LARGE past @max_size (0: no limit). */
GBytes *tst_fs_read (const char *path, gsize max_size, GError **error);

/* write(2) until all is out. */
gboolean tst_fs_write_all (int fd, const void *data, gsize size, GError **error);

/* Free bytes for an ordinary user on the file system that holds @path. */
gboolean tst_fs_free_bytes (const char *path, guint64 *bytes, GError **error);

/**
 * TstLock:
 *
 * An flock() on a file of its own, held until freed or until the process ends. TST_ERROR_STORE_IN_USE when
 * somebody else has it.
 */
typedef struct _TstLock TstLock;
TstLock *tst_lock_take (const char *path, GError **error);
void tst_lock_free (TstLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstLock, tst_lock_free)

G_END_DECLS
