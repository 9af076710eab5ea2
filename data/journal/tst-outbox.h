/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"
#include "log/tst-checkpoint.h"

G_BEGIN_DECLS

/* What the field book still owes to central, and what central has proved. sync/client calls these from its own threads; each
 * call is one store operation. The callers verify before they store: nothing unverified may come in here. */

typedef struct
{
  TstHash sha256;
  GBytes *bytes;
} TstSealedPart;

typedef struct
{
  TstEnvelope *envelope;
  GBytes *body;          /* (nullable) as it goes on the wire; NULL when discarded before it was sent */
  gboolean body_sealed;
  GPtrArray *parts;      /* of TstSealedPart */
} TstOutboxRecord;
void tst_outbox_record_free (TstOutboxRecord *self);

/* Pending, due and not set aside, at most @max_records and about @max_bytes. Field: newest event first, by seq within it.
 * Open: only those whose hold is over or whose event is closed, shuffled. */
GPtrArray *tst_outbox_due_records (TstFieldBook *self, TstChain chain, guint max_records, gsize max_bytes, GError **error);

typedef struct
{
  TstHash record;        /* text hash */
  guint64 index;
  GArray *proof;         /* of TstHash, against the checkpoint given with it */
} TstInclusion;
gboolean tst_outbox_store_inclusions (TstFieldBook *self, const TstInclusion *items, guint n_items,
                                      const TstCheckpoint *checkpoint, GError **error);

typedef struct
{
  TstHash sha256;
  guint64 bytes;
} TstHeld;
/* @note: central's signed holding receipt; @items: its lines. A record whose inclusion and all of whose body, parts and media are held
 * becomes "received" in the same transaction. */
gboolean tst_outbox_store_holding (TstFieldBook *self, GBytes *note, gint64 issued_at_s, const TstHeld *items, guint n_items,
                                   GError **error);

typedef struct
{
  TstHash sha256;
  TstChain chain;        /* under whose key it goes */
  guint64 bytes;
  char *type;
  char *path;            /* of the local file */
  char *upload_url;      /* (nullable) where an earlier try was going */
  gboolean begun;        /* an earlier try may have left a part of it at central */
} TstOutboxMedium;
void tst_outbox_medium_free (TstOutboxMedium *self);
/* Not held yet and not set aside; newest event first, small before large. One of the open chain is due when a record that names it is. */
GPtrArray *tst_outbox_due_media (TstFieldBook *self, guint max, GError **error);
/* Media that went up whole and wait for a holding receipt. */
GPtrArray *tst_outbox_sent_media (TstFieldBook *self, guint max, GError **error);
/* A part of it may be at central. @upload_url: where; (nullable): the answer that would have said so did not come. */
gboolean tst_outbox_medium_uploading (TstFieldBook *self, const TstHash *sha256, const char *upload_url, GError **error);
/* They went up whole: all written in one transaction. */
gboolean tst_outbox_media_sent (TstFieldBook *self, const TstHash *hashes, guint n_hashes, GError **error);
/* central says it lost or never had it: it is due again */
gboolean tst_outbox_medium_again (TstFieldBook *self, const TstHash *sha256, GError **error);

/* Sets a record (text hash) or medium (content hash) aside, out of the queue's way, with its reason. */
gboolean tst_outbox_set_aside (TstFieldBook *self, const TstHash *item, const char *code, const char *message, GError **error);
gboolean tst_outbox_retry (TstFieldBook *self, const TstHash *item, GError **error); /* NULL: all */

/* The newest checkpoint that was verified and is consistent with all before it: the anchor of new records. */
TstCheckpoint *tst_outbox_get_checkpoint (TstFieldBook *self, GError **error); /* NULL without error before the first */
gboolean tst_outbox_store_checkpoint (TstFieldBook *self, const TstCheckpoint *checkpoint, GError **error);

typedef struct
{
  guint64 index;         /* in the log */
  TstEnvelope *envelope;
  GBytes *body;
} TstDecision;
void tst_decision_free (TstDecision *self);
gboolean tst_outbox_store_decisions (TstFieldBook *self, GPtrArray *decisions, guint64 next, GError **error);
guint64 tst_outbox_get_decisions_next (TstFieldBook *self);

gboolean tst_outbox_get_registered (TstFieldBook *self);
gboolean tst_outbox_set_registered (TstFieldBook *self, GError **error);
gboolean tst_outbox_clear_registered (TstFieldBook *self, GError **error); /* central does not know the keys (any more) */

/* @lines: JsonObjects as § 7 of the protocol lists them. */
gboolean tst_outbox_apply_catalogue (TstFieldBook *self, GPtrArray *lines, gint64 rev, GError **error);
/* A part of one that is still coming: @mark says where to ask on, in the transport's own words, until the whole was applied. */
gboolean tst_outbox_apply_catalogue_part (TstFieldBook *self, GPtrArray *lines, const char *mark, GError **error);
char *tst_outbox_dup_catalogue_mark (TstFieldBook *self); /* "" when there is none */
gint64 tst_outbox_get_catalogue_rev (TstFieldBook *self);

typedef struct
{
  guint64 saved, sending, received, published, held, set_aside, pending;
  guint64 pending_bytes;   /* media and bodies still to go */
  gint64 oldest_pending_s; /* 0: nothing pending */
} TstOutboxCounts;
gboolean tst_outbox_counts (TstFieldBook *self, TstOutboxCounts *counts, GError **error);

/* --- when central was restored from a copy --- */

/* A leaf of central's log that this device can give back, with what proves it. */
typedef struct
{
  guint64 index;
  GBytes *note;
  GBytes *body;        /* (nullable) of a decision of central's */
  GArray *proof;       /* (nullable) of TstHash, at the size of */
  GBytes *checkpoint;  /* (nullable) this one, as it came */
  guint64 size;        /* of that checkpoint */
} TstOutboxLeaf;
void tst_outbox_leaf_free (TstOutboxLeaf *self);
/* Received records of @chain, and with the field chain's the decisions, from log index @from on, by index. */
GPtrArray *tst_outbox_list_leaves (TstFieldBook *self, TstChain chain, guint64 from, guint max, GError **error);
/* Central does not hold (any more) the body (@content) or the media @media (of TstHash) of @record: what is still here is due again, and
 * nothing says "received" meanwhile. @changed: anything is. */
gboolean tst_outbox_send_again (TstFieldBook *self, const TstHash *record, gboolean content, GArray *media, gboolean *changed,
                                GError **error);

/* The journal's own head, to compare with central's after an unclean start. FALSE when the chain has no such seq. */
gboolean tst_outbox_text_hash_at (TstFieldBook *self, TstChain chain, guint64 seq, TstHash *text_hash, GError **error);
/* Retires both keys: new ones are made, whose first record names the old heads. */
gboolean tst_outbox_retire_keys (TstFieldBook *self, const char *reason, GError **error);

G_END_DECLS
