/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

/**
 * TstIntake:
 *
 * Bundles in, signed answers out (sync/protocol/README.md § 4). Signatures, seals and hashes are checked on a pool of as many threads
 * as there are processors; all that comes in at the same time goes into the log together.
 */
typedef struct _TstIntake TstIntake;
TstIntake *tst_intake_new (TstCentral *central);
void tst_intake_free (TstIntake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstIntake, tst_intake_free)

/**
 * tst_intake_take:
 * @bundle: a whole bundle
 * @from: size of the newest checkpoint that the sender has verified; 0: none
 *
 * Returns: (transfer full): the answer's JSON; every item is judged by itself. NULL with TST_ERROR_BAD_VALUE when it is no bundle, TST_ERROR_TOO_LARGE,
 * TST_ERROR_NO_SPACE, TST_ERROR_IO, TST_ERROR_READ_ONLY when nothing could be made durable: nothing is acknowledged then. Blocks; worker threads only.
 */
char *tst_intake_take (TstIntake *self, GBytes *bundle, guint64 from, GError **error);

G_END_DECLS
