/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/tst-archive.h"

G_BEGIN_DECLS

/**
 * TstArchiveVolume:
 *
 * One file of an export while it is being written: "PATH.part" until it was made durable and read back, then PATH. Freed before that, it is
 * taken away again. One thread; blocks on the stick.
 */
typedef struct _TstArchiveVolume TstArchiveVolume;
TstArchiveVolume *tst_archive_volume_new (const char *path, GError **error);
void tst_archive_volume_free (TstArchiveVolume *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstArchiveVolume, tst_archive_volume_free)

gboolean tst_archive_volume_begin (TstArchiveVolume *self, const TstArchiveHeader *header, TstSigningKey *key, GError **error);
/* @sum: SHA-256 of @bytes. After a failed add only cut_back and free are allowed. */
gboolean tst_archive_volume_add (TstArchiveVolume *self, const char *name, GBytes *bytes, const TstHash *sum, GError **error);
gboolean tst_archive_volume_add_file (TstArchiveVolume *self, const char *name, const char *path, guint64 size, const TstHash *sum,
                                      GCancellable *cancellable, GError **error);
gboolean tst_archive_volume_add_sealed (TstArchiveVolume *self, TstMemberKind kind, const TstHash *subject, const char *path,
                                        const char *recipient, GCancellable *cancellable, GError **error);
gboolean tst_archive_volume_cut_back (TstArchiveVolume *self, GError **error);
guint64 tst_archive_volume_get_size (TstArchiveVolume *self);
/* For @bytes more, the list of members and the end. */
gboolean tst_archive_volume_has_room (TstArchiveVolume *self, guint64 bytes);
/* List and end, durable, read back, named. */
gboolean tst_archive_volume_finish (TstArchiveVolume *self, gboolean last, guint64 *bytes, GError **error);

G_END_DECLS
