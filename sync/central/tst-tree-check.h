/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"
#include "central/tst-leaf-mirror.h"
#include "log/tst-checkpoint.h"

G_BEGIN_DECLS

typedef enum
{
  TST_TREE_CHECK_QUICK, /* every leaf and tile, the newest checkpoints */
  TST_TREE_CHECK_FULL   /* also each envelope's text hash, and every checkpoint */
} TstTreeCheckDepth;

typedef struct
{
  const char *code; /* of TST_ERROR: "gap", "hash-mismatch", "bad-envelope", "bad-proof", "bad-signature" */
  gint64 index;     /* the leaf, or the size of the checkpoint; -1: none */
} TstTreeFault;

/**
 * TstTreeCheck:
 * @leaves: all leaf hashes, recomputed from the notes in the store (of TstHash)
 * @newest: (nullable): the newest stored checkpoint whose signature is good
 * @refusal: (nullable): why nothing may be signed on this store
 * @behind: leaves that were signed or mirrored are not there; nothing worse is wrong
 * @tiles_differ: the tile table is not what the leaves under @newest give
 * @mirrored: leaves that the mirror has
 * @faults: of TstTreeFault
 *
 * The public log computed anew from its leaves, and compared with all that was derived from them.
 */
typedef struct
{
  GArray *leaves;
  TstCheckpoint *newest;
  char *refusal;
  gboolean behind;
  gboolean tiles_differ;
  guint64 mirrored;
  GArray *faults;
  GPtrArray *levels;
} TstTreeCheck;

/* Blocks; changes nothing. @mirror is read from its beginning. */
TstTreeCheck *tst_tree_check_run (TstCentral *central, TstLeafMirror *mirror, TstTreeCheckDepth depth, GError **error);
/* More leaves (of TstHash) after those of the store, for tst_tree_check_reproduces(). */
void tst_tree_check_add (TstTreeCheck *self, GArray *hashes);
/* Do the leaves give the root of @checkpoint? */
gboolean tst_tree_check_reproduces (TstTreeCheck *self, const TstCheckpoint *checkpoint);
/* Writes all tiles anew, when they differ. */
gboolean tst_tree_check_repair (TstTreeCheck *self, TstCentral *central, GError **error);
/* Copies to @mirror the leaves that it lacks. */
gboolean tst_tree_check_fill_mirror (TstTreeCheck *self, TstCentral *central, TstLeafMirror *mirror, GError **error);
void tst_tree_check_free (TstTreeCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTreeCheck, tst_tree_check_free)

G_END_DECLS
