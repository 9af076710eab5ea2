/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-journal-private.h"

G_BEGIN_DECLS

/* Inside of tst-verify.c, the whole folder, and tst-verify-record.c, one record with what proves it. */

typedef struct
{
  TstFieldBook *self;
  GPtrArray *faults;      /* of JsonObject */
  GHashTable *verifiers;  /* device → TstVerifier */
  GHashTable *roots;      /* checkpoint size → TstHash */
  GHashTable *media;      /* TstHash → bytes (guint64), what journal bodies name */
  GHashTable *freed;      /* TstHash: originals taken away on central's receipt, which is still here */
  guint n_freed;
  GHashTable *erased;     /* ids that central's decisions erased */
  TstTownKeys *town;
  GCancellable *cancellable;
  guint64 records;
} TstVerify;

/* The record before it, on its chain. */
typedef struct
{
  guint epoch;
  guint64 seq;
  TstHash head;
} TstVerifyPrevious;

void tst_verify_init (TstVerify *verify, TstFieldBook *self, GCancellable *cancellable);
void tst_verify_clear (TstVerify *verify);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstVerify, tst_verify_clear)

/* @device, @chain, @sha256 nullable, @seq 0: not known. */
void tst_verify_add_fault (TstVerify *verify, const char *device, const char *chain, guint64 seq, const TstHash *sha256, const char *code);
const char *tst_verify_code_name (TstError code);
/* Does the holding note have a line for that? */
gboolean tst_verify_note_names (const char *text, const TstHash *sha256, guint64 bytes);

/* On the store's thread. */
gboolean tst_verify_load_verifiers (TstVerify *verify, TstStore *store, GError **error);
gboolean tst_verify_check_checkpoints (TstVerify *verify, TstStore *store, GError **error);
gboolean tst_verify_check_decisions (TstVerify *verify, TstStore *store, GError **error);
gboolean tst_verify_check_row (TstVerify *verify, TstStore *store, const TstJournalRow *row, TstVerifyPrevious *previous, GError **error);
gboolean tst_verify_note_freed (TstVerify *verify, TstStore *store, GError **error);
/* Outside of it: what the bodies that were looked at name. */
gboolean tst_verify_check_media (TstVerify *verify, gboolean deep, GError **error);

G_END_DECLS
