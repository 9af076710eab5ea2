/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The missing leaves of a restored log, brought back by the devices that still have them (sync/protocol/README.md, § 9). What they bring is kept
 * apart until it is all there and gives the root of the newest checkpoint shown; only then does it take its original places. Blocking;
 * worker threads. */

/* @request: "checkpoints" and "leaves" as § 9 says. Answer as JSON. TST_ERROR_WRONG_STATE when nothing is missing, TST_ERROR_BAD_PROOF for a
 * leaf that proves nothing. */
char *tst_refill_take (TstCentral *central, JsonObject *request, GError **error);

/* The device has shown what it holds, since central was found to be behind. Once all that was signed is back and every device in use that has
 * records has shown itself, the log goes on by itself; otherwise a person says so ("log resume"). */
gboolean tst_refill_seen (TstCentral *central, const char *device, GError **error);

/* For people: how many leaves the store has, how many were signed once (0: not known), how many of those between came back. */
typedef struct
{
  gboolean behind;
  guint64 leaves, target, returned;
  guint64 beyond; /* records of central's own that came back for places past the target: the log was longer still */
  guint64 unseen; /* devices in use that have records and have not shown what they hold */
} TstRefillState;
gboolean tst_refill_get_state (TstCentral *central, TstRefillState *state, GError **error);

G_END_DECLS
