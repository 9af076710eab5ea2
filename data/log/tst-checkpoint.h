/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "log/tst-merkle.h"
#include "record/tst-note.h"

G_BEGIN_DECLS

/**
 * TstCheckpoint:
 * @origin: the log's name, "obras.ejemplo.gov.co/testigo"
 * @size: leaves
 * @root: Merkle root over them
 * @note: the signed note
 *
 * C2SP tlog-checkpoint v1.0.0: origin, size in decimal, base64 root, each on a line, signed by the log's key whose
 * name is the origin.
 */
typedef struct
{
  char *origin;
  guint64 size;
  TstHash root;
  GBytes *note;
} TstCheckpoint;

TstCheckpoint *tst_checkpoint_sign (const char *origin, guint64 size, const TstHash *root, TstSigningKey *key);
/* Opens, checks the signature and that the origin line is the verifier's name. TST_ERROR_BAD_SIGNATURE. */
TstCheckpoint *tst_checkpoint_open (GBytes *note, TstVerifier *verifier, GError **error);
TstCheckpoint *tst_checkpoint_copy (const TstCheckpoint *self);
void tst_checkpoint_free (TstCheckpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCheckpoint, tst_checkpoint_free)

/* C2SP tlog-proof (no version yet: its text as of commit 0065ea5b7161 of the specification): "c2sp.org/tlog-proof@v1", index, hashes, blank line, checkpoint note. */
GBytes *tst_tlog_proof_write (guint64 index, GArray *proof, const TstCheckpoint *checkpoint);
/* Reads one and checks @leaf_data (the envelope's bytes) against it. TST_ERROR_BAD_PROOF, TST_ERROR_BAD_SIGNATURE. */
gboolean tst_tlog_proof_check (GBytes *proof_file, GBytes *leaf_data, TstVerifier *log, guint64 *index,
                               GError **error);

G_END_DECLS
