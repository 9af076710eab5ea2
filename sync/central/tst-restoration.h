/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"
#include "central/tst-decision-mirror.h"
#include "central/tst-leaf-mirror.h"
#include "log/tst-checkpoint.h"

G_BEGIN_DECLS

/* What a store that is older than what was signed over it needs (evidence.md, "Restored central"): its missing leaves at their original
 * indices, with central's own decisions, so that nothing erased or withheld shows again. Blocking; worker threads. */

/* Was the folder brought back from a copy, and nobody has said since that it is whole? */
gboolean tst_restoration_is_marked (TstCentral *central);
/* Was it a device that showed so, and not "restore" that said so? */
gboolean tst_restoration_was_found (TstCentral *central);
gboolean tst_restoration_clear_mark (TstCentral *central, GError **error);
gboolean tst_restoration_set_mark (TstCentral *central, GError **error); /* when a device has shown it */

/* One leaf on its way back. */
typedef struct
{
  TstEnvelope *envelope;
  GBytes *body; /* (nullable): of central's own records only; content of devices comes back by itself */
} TstReturningLeaf;
void tst_returning_leaf_free (TstReturningLeaf *self);
/* On the store thread, in a write: puts @leaves (of TstReturningLeaf) at @from and after, projections and all.
 * TST_ERROR_WRONG_STATE when one is there already. */
gboolean tst_restoration_put (TstStore *store, TstCentral *central, guint64 from, GPtrArray *leaves, GError **error);
/* The same: states of devices that decisions in the log name. After the last leaf. */
gboolean tst_restoration_apply_device_states (TstStore *store, GError **error);

/* From the mirrors: all leaves from @from on, and devices that registered since. */
gboolean tst_restoration_refill (TstCentral *central, TstLeafMirror *leaves, TstDecisionMirror *decisions, guint64 from, GError **error);
/* Decisions of the log whose body is neither here nor erased: while there are some, an erasure may be among them. */
gboolean tst_restoration_count_undecided (TstCentral *central, guint64 *n, GError **error);

/* Copies to @decisions what it lacks of the leaves @from to @end, and takes from it what their erasures destroy. @everything: also what
 * earlier erasures destroyed, in case a power cut came in between. */
gboolean tst_restoration_mirror_decisions (TstCentral *central, TstDecisionMirror *decisions, guint64 from, guint64 end, gboolean everything,
                                           GError **error);

/* The newest checkpoint that a device has shown and this store does not reach; NULL without an error when there is none. */
GBytes *tst_restoration_load_ahead (TstCentral *central, GError **error);
gboolean tst_restoration_store_ahead (TstCentral *central, GBytes *note, GError **error); /* NULL: none any more */

G_END_DECLS
