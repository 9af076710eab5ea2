/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"
#include "log/tst-checkpoint.h"

G_BEGIN_DECLS

/**
 * TstPublicLog:
 *
 * The Merkle tree over the leaf table, its signed checkpoints, and the copy of the leaves on a second disk.
 *
 * Nothing is signed but what was read back: leaves are committed first; then they are read from the store, their hashes
 * recomputed, the notes appended to the mirror and fsynced; then tiles and checkpoint go in one transaction; only after that is
 * the checkpoint shown to anybody.
 *
 * Opening computes the whole tree from the leaves. Tiles that differ are written anew; leaves that no checkpoint
 * covers yet are covered. A mirror that knows more than the store gives it back what it lacks, decisions included, before anything else
 * happens. A stored checkpoint that the leaves do not reproduce, missing leaves, the mark of a restored folder that no mirror
 * shows to be whole, or a device with a newer checkpoint make the log read-only: nothing new is signed.
 *
 * @fresh: @mirror may be empty; otherwise one without leaves is taken for a disk that is not mounted (TST_ERROR_STORE_MISSING).
 */
TstPublicLog *tst_public_log_open (TstCentral *central, const char *mirror, gboolean fresh, GError **error);
void tst_public_log_free (TstPublicLog *self);

/* Why nothing may be signed, for the operator, or NULL. (transfer full) Any thread. */
char *tst_public_log_dup_read_only (TstPublicLog *self);
/* The newest signed checkpoint. (transfer full) Any thread. */
TstCheckpoint *tst_public_log_dup_checkpoint (TstPublicLog *self);

/* Compares the log with a checkpoint that a device has verified (@note as it came; what this log never signed is passed over). One that
 * the store does not reach, or does not reproduce, makes the log read-only at once and for the next start too. Blocks; any thread. */
gboolean tst_public_log_compare (TstPublicLog *self, GBytes *note, GError **error);
/* Is the store older than what was signed over it, or a restored copy that may be? @ahead: (out) (nullable) (optional) (transfer full): the
 * newest checkpoint shown. Nothing of it may be published meanwhile: an erasure may be among what is gone. Any thread. */
gboolean tst_public_log_is_behind (TstPublicLog *self, TstCheckpoint **ahead);
/* Looks at the store anew, as opening does, once what it lacked is back. While the log is read-only only. Blocks; any thread. */
gboolean tst_public_log_look_again (TstPublicLog *self, GError **error);
/* The same when a person says that nothing is missing: takes away the mark of a restored folder. TST_ERROR_WRONG_STATE while a device
 * has shown that something is. */
gboolean tst_public_log_resume (TstPublicLog *self, GError **error);

/* Signs a checkpoint over all leaves of the store. Blocks; called by the appender's thread only. */
gboolean tst_public_log_extend (TstPublicLog *self, GError **error);

/* Proofs (GArray of TstHash) at the size of a checkpoint. On the store thread. */
GArray *tst_public_log_inclusion (TstPublicLog *self, guint64 index, guint64 size, GError **error);
GArray *tst_public_log_consistency (TstPublicLog *self, guint64 old_size, guint64 size, GError **error);

/* The C2SP tlog-proof file of the leaf @index under the newest checkpoint. Blocks; any thread but the store's.
 * TST_ERROR_NOT_FOUND when the checkpoint does not cover it. */
GBytes *tst_public_log_prove (TstPublicLog *self, guint64 index, GError **error);

/* Goes through all leaves, tiles and checkpoints as opening does, changing nothing: for "verify". Calls @fault with
 * a stable code and the leaf it is about (-1: none) for each fault. Blocks. FALSE only when it could not be done. */
typedef void (*TstLogFault) (const char *code, gint64 index, gpointer user_data);
gboolean tst_public_log_verify (TstPublicLog *self, TstLogFault fault, gpointer user_data, guint64 *leaves,
                                GError **error);

G_END_DECLS
