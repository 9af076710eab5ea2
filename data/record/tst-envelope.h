/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-clock.h"
#include "record/tst-key.h"

G_BEGIN_DECLS

#define TST_ENVELOPE_MAX_SIZE 4096

/* Names on the wire; append only. */
typedef enum
{
  TST_CHAIN_FIELD,  /* "field": staff work and attendance */
  TST_CHAIN_OPEN,   /* "open": contributions and survey responses; no time finer than the hour */
  TST_CHAIN_CENTRAL /* "central": central's own records */
} TstChain;

typedef enum
{
  TST_KIND_EVIDENCE,     /* "evidence" */
  TST_KIND_ATTENDANCE,   /* "attendance" */
  TST_KIND_CONTRIBUTION, /* "contribution" */
  TST_KIND_SURVEY,       /* "survey" */
  TST_KIND_EVENT,        /* "event" */
  TST_KIND_DECISION,     /* "decision" */
  TST_KIND_SYSTEM        /* "system" */
} TstKind;

const char *tst_chain_name (TstChain chain);
gboolean tst_chain_parse (const char *name, TstChain *chain);
const char *tst_kind_name (TstKind kind);
gboolean tst_kind_parse (const char *name, TstKind *kind);

/* An anchor's origin as the envelope's grammar allows it: 1 to 255 of A-Z a-z 0-9 - . _ ~ : / */
gboolean tst_origin_is_valid (const char *origin);

/**
 * TstEnvelope:
 *
 * The header of a record: who, which chain, after what, when, and the hash of the body. It is what the public
 * log publishes, so it says nothing worth hiding. Immutable once made; counted; any thread.
 */
typedef struct _TstEnvelope TstEnvelope;

/* What goes in. @device and the text hash are filled in by tst_envelope_sign(). */
typedef struct
{
  TstChain chain;
  guint64 seq;        /* from 1 */
  TstHash prev;       /* text hash of seq - 1 of this chain; 32 zero bytes for seq 1 */
  const char *id;     /* UUID */
  TstKind kind;
  gint64 utc_s;       /* on the open chain: a whole hour */
  TstTimeSource time_source;
  guint uncertainty_s;
  const char *anchor_origin; /* NULL before the first contact with central */
  guint64 anchor_size;
  TstHash anchor_root;
  TstHash body;       /* SHA-256 of the body's bytes in clear, padding included */
} TstEnvelopeFields;

/* Writes the one line of JSON, signs it as a note. Asserts on our own mistakes (seq 0, open chain off the hour). */
TstEnvelope *tst_envelope_sign (const TstEnvelopeFields *fields, TstSigningKey *key);

/* Reads a note's bytes by the exact grammar: key order, code lists, no spare space, one signature line whose
 * name is the device. TST_ERROR_BAD_ENVELOPE. Does not check the signature. */
TstEnvelope *tst_envelope_parse (GBytes *note, GError **error);

/* Checks the signature with a key that must hash to the device name. TST_ERROR_BAD_SIGNATURE. */
gboolean tst_envelope_verify (TstEnvelope *self, TstVerifier *verifier, GError **error);

TstEnvelope *tst_envelope_ref (TstEnvelope *self);
void tst_envelope_unref (TstEnvelope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstEnvelope, tst_envelope_unref)

GBytes *tst_envelope_get_note (TstEnvelope *self);              /* (transfer none) the exact bytes: Merkle leaf */
const TstHash *tst_envelope_get_text_hash (TstEnvelope *self);  /* the record's identity; next record's prev */
const char *tst_envelope_get_device (TstEnvelope *self);
const TstEnvelopeFields *tst_envelope_get_fields (TstEnvelope *self); /* strings owned by the envelope */

G_END_DECLS
