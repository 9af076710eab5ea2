/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

/**
 * tst_central_append_record:
 * @content: the body without salt: "type" and what the type says; "id" is added (a new UUID) when it is not there
 * @envelope: (out) (optional): the signed envelope
 *
 * Signs a record on central's own chain (seq and prev from the store), appends it to the public log like any leaf, and runs the
 * projection over it in the same transaction. Blocks until a checkpoint over it is signed and durable; any thread but the store's
 * and the main loop. TST_ERROR_READ_ONLY when the log is.
 */
gboolean tst_central_append_record (TstCentral *self, TstKind kind, JsonObject *content, TstEnvelope **envelope,
                                    GError **error);

/* The same for many at once (of JsonObject), all or none, in one transaction and under one checkpoint.
 * @envelopes: (out) (optional): (element-type TstEnvelope) in the same order. */
gboolean tst_central_append_records (TstCentral *self, TstKind kind, GPtrArray *contents, GPtrArray **envelopes,
                                     GError **error);

G_END_DECLS
