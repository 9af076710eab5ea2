/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-public-log.h"
#include "protocol/tst-receipt.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstAppendEntry:
 * @envelope: a record of a device, its signature checked; NULL: central signs one itself, of @kind with @content
 * @body: (nullable): bytes in clear; checked: their hash is the envelope's "body"
 * @json: (nullable): @body parsed
 * @parts: (nullable): of TstBundlePart, each checked against its own hash
 *
 * One record on its way into the log, and what became of it.
 */
typedef struct
{
  TstEnvelope *envelope;
  GBytes *body;
  JsonObject *json;
  GPtrArray *parts;
  TstKind kind;
  JsonObject *content;

  /* out */
  guint64 index;
  gboolean known;    /* it was in the log before this call */
  gboolean fork;
  GArray *proof;     /* of TstHash, at the size of the checkpoint */
  GArray *missing;   /* of TstHash: body, parts, media that are not held */
  GArray *holdings;  /* of TstHolding: body and parts, read back and hashed after the commit */
} TstAppendEntry;

TstAppendEntry *tst_append_entry_new (TstEnvelope *envelope);
TstAppendEntry *tst_append_entry_new_own (TstKind kind, JsonObject *content);
void tst_append_entry_free (TstAppendEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstAppendEntry, tst_append_entry_free)

/**
 * TstAppender:
 *
 * The one door to the log: a thread that takes what several callers hand in, commits it in one transaction, lets the log sign one
 * checkpoint over it, and only then answers each.
 */
TstAppender *tst_appender_new (TstCentral *central);
void tst_appender_free (TstAppender *self); /* what was handed in is finished first */

/**
 * tst_appender_run:
 * @entries: (element-type TstAppendEntry): one group, all or none; filled in
 * @from: size of a checkpoint that the caller knows; 0: none
 * @checkpoint: (out): signed over all of them
 * @consistency: (out) (nullable): proof from @from to @checkpoint; NULL when @from is no size of this log
 *
 * Blocks until everything is durable; any thread but the store's and the main loop. On an error nothing may be
 * acknowledged: what was committed already comes as known the next time.
 */
gboolean tst_appender_run (TstAppender *self, GPtrArray *entries, guint64 from, TstCheckpoint **checkpoint,
                           GArray **consistency, GError **error);

G_END_DECLS
