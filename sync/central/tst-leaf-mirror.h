/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TstLeafMirror:
 *
 * The public log's leaves a second time, on another disk or a mounted folder of another host: FOLDER/leaves, each leaf a
 * big-endian uint16 length and the note's bytes (the form of tlog-tiles entries). A frame that a power cut left
 * unfinished is cut off when it is opened. One thread at a time; blocks on the disk.
 */
typedef struct _TstLeafMirror TstLeafMirror;
TstLeafMirror *tst_leaf_mirror_open (const char *folder, GError **error);
/* Only to read, while another may be appending: takes no part in mending an unfinished frame. */
TstLeafMirror *tst_leaf_mirror_open_reader (const char *folder, GError **error);
void tst_leaf_mirror_free (TstLeafMirror *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstLeafMirror, tst_leaf_mirror_free)

const char *tst_leaf_mirror_get_folder (TstLeafMirror *self);
guint64 tst_leaf_mirror_get_count (TstLeafMirror *self);
/* Leaves are read in order from the first one; NULL without an error at the end. */
void tst_leaf_mirror_rewind (TstLeafMirror *self);
GBytes *tst_leaf_mirror_next (TstLeafMirror *self, GError **error);

/* Appends @notes (of GBytes), the first of which is leaf @first; those that are there already are passed over.
 * One fsync. After an error the mirror takes nothing more: reopen it. */
gboolean tst_leaf_mirror_append (TstLeafMirror *self, guint64 first, GPtrArray *notes, GError **error);

G_END_DECLS
