/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * tst_central_verify:
 * @fault: gets {"device", "chain", "seq"} or {"sha256"}, and "code"
 * @counts: (out): {"records", "media", "gaps", "forks", "faults"}: gaps and forks are states of a chain, not faults of central
 *
 * Everything that can be checked without anybody's help: the tree against the leaves and the checkpoints, each envelope's grammar and signature, each
 * chain's numbers and hashes, bodies and sealed parts against their hashes, every medium and derivative read back, and the
 * projections against a rebuild's. Blocks for as long as the media take to read; worker threads only. FALSE only when it could not be done.
 */
typedef void (*TstVerifyFault) (JsonObject *fault, gpointer user_data);
gboolean tst_central_verify (TstCentral *central, TstVerifyFault fault, gpointer user_data, JsonObject **counts,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
