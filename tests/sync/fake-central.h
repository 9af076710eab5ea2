/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-server.h"
#include "journal-fixture.h"

G_BEGIN_DECLS

/* Central as the protocol's README describes it, in memory, over a FakeServer: with the town's keys of a JournalFixture, checking every
 * request's signature and nonce, and able to lie. */

typedef enum
{
  LIE_NONE,
  LIE_HELLO_KEY,        /* the hello is signed by another key */
  LIE_HELLO_ORIGIN,     /* by the right key for another town */
  LIE_PROOF,            /* inclusion proofs with one bit changed */
  LIE_INDEX,            /* the proof of another record */
  LIE_CHECKPOINT_KEY,   /* checkpoints of another key */
  LIE_REWRITTEN,        /* the first leaf of the log was changed; all is signed and proved */
  LIE_SHRUNK,           /* a properly signed checkpoint over less than was shown */
  LIE_HOLDING_KEY,      /* holding receipts of another key */
  LIE_HOLDING_EMPTY,    /* receipts that hold nothing */
  LIE_OTHER_RECORDS,    /* answers for other records than those sent */
  LIE_DECISION_KEY,     /* decisions that central did not sign */
  LIE_UNKNOWN_HEAD,     /* knows a head that the device does not */
  LIE_NONCES,           /* forgets every nonce once */
} Lie;

typedef struct _FakeCentral FakeCentral;
FakeCentral *fake_central_new (JournalFixture *town, GTlsCertificate *certificate);
void fake_central_free (FakeCentral *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeCentral, fake_central_free)
FakeServer *fake_central_get_server (FakeCentral *self);
/* Enrols the fixture's book; @pins NULL-terminated or NULL. */
void fake_central_enrol (FakeCentral *self, const char *const *pins);
void fake_central_set_lie (FakeCentral *self, Lie lie);
/* Pins that the hello announces. */
void fake_central_set_pins (FakeCentral *self, const char *const *pins, gint64 time_s);
/* Answers "refused" with @code to the record of this text hash, or to all bundles that hold more than @max. */
void fake_central_refuse (FakeCentral *self, const TstHash *record, const char *code);
void fake_central_set_max_records (FakeCentral *self, guint max);
void fake_central_add_decision (FakeCentral *self, TstDecision *decision); /* takes it */
void fake_central_set_catalogue (FakeCentral *self, const char *lines);

guint fake_central_count_leaves (FakeCentral *self);
gboolean fake_central_has (FakeCentral *self, const TstHash *record);
guint fake_central_count_bundles (FakeCentral *self);
guint fake_central_bad_requests (FakeCentral *self); /* whose signature, nonce or coverage was wrong */
/* Text hashes in the order of arrival. */
GArray *fake_central_dup_order (FakeCentral *self);
gboolean fake_central_connection_shared (FakeCentral *self); /* one connection carried requests of two keys */

G_END_DECLS
