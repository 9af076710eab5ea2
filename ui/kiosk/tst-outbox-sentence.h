/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All that the one sentence of «Envíos» depends on. */
typedef struct
{
  gboolean running;       /* there is a transport at all */
  gboolean enrolled;      /* the town's keys are here */
  const char *state;      /* of TstSyncControl */
  const char *error_code; /* of TstSyncControl */
  gboolean paused;
  gboolean metered_allowed;
  guint64 bytes_done, bytes_total;
  double rate;            /* bytes/s */
  gint64 retry_in_s;      /* < 0: no next try is fixed */
  guint64 waiting;        /* records due and not received, those on their way too */
  guint64 held;           /* of the open chain, not due yet */
  guint64 received;
  guint64 set_aside;
} TstOutboxMood;

/**
 * tst_outbox_sentence:
 *
 * What is true now, what is safe and what comes next, in one or two short sentences. Never says of anything that it was received
 * unless this device has proved it.
 *
 * Returns: (transfer full)
 */
char *tst_outbox_sentence (const TstOutboxMood *mood);

/* It waits for a network that costs nothing, since the person wants no other: trying again would change nothing. */
gboolean tst_outbox_waits_for_wifi (const TstOutboxMood *mood);

/* The reason why an item was set aside, in words; an unknown code has a sentence too. Static. */
const char *tst_outbox_reason (const char *code);

G_END_DECLS
