/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-outbox.h"

G_BEGIN_DECLS

/* What goes by hand, on a memory stick: which records and media an archive takes, what this device carries for others, and who carries for it.
 * Nothing here ever makes a record "received": only central's own proofs do (tst-outbox.h). Blocks on the store; any thread but its own. */

typedef struct
{
  const char *event_id;  /* (nullable) only this event's content, whatever central holds of it */
  const char *record_id; /* (nullable) only this record's content */
  /* both NULL: the content of all that central has not proved */
} TstBundleChoice;

typedef struct
{
  TstHash hash;          /* text hash of a record, content hash of a medium */
  guint64 bytes;         /* about */
  gboolean content;      /* a record with body and parts; else its envelope alone */
} TstBundleEntry;

/* @records: all envelopes of the field chain in order, then those of the open chain that may leave, by their hash, which is no order. @media: newest event
 * first, small before large. Both (out) GArray of TstBundleEntry. TST_ERROR_NOT_FOUND for an event or a record that is not here. */
gboolean tst_outbox_list_bundle (TstFieldBook *self, const TstBundleChoice *choice, GArray **records, GArray **media, GError **error);
/* TST_ERROR_NOT_FOUND when this device has no such record. */
TstOutboxRecord *tst_outbox_load_record (TstFieldBook *self, const TstHash *text_hash, gboolean content, GError **error);

/* --- carried for others --- */

typedef struct
{
  TstHash sha256;        /* of the member as it lay in the archive */
  guint64 bytes;
  char *name, *maker;    /* in the archive; who made that */
} TstRelayMember;
void tst_relay_member_free (TstRelayMember *self);

/* FOLDER/relay: sealed members by content. (transfer full) */
TstMediaStore *tst_outbox_open_relay (TstFieldBook *self, GError **error);
/* @members: of TstRelayMember, whose bytes are in the relay store; known ones are left as they are. @fresh (out): how many were not known. */
gboolean tst_outbox_add_relay_members (TstFieldBook *self, GPtrArray *members, guint *fresh, GError **error);
/* FALSE when it is known, delivered or not. */
gboolean tst_outbox_wants_relay_member (TstFieldBook *self, const TstHash *sha256);
/* Not delivered to central yet, a maker after the other, its registration first; at most @max (0: all). */
GPtrArray *tst_outbox_list_relay_members (TstFieldBook *self, guint max, GError **error);
/* Central took it in: the copy is no longer needed. Row first, then the file. */
gboolean tst_outbox_relay_delivered (TstFieldBook *self, const TstHash *sha256, GError **error);

/* --- carried by others --- */

/* @items: GArray of TstHash, records and media of this device; others are ignored. @known (out): how many were its own. */
gboolean tst_outbox_store_relayed (TstFieldBook *self, GArray *items, const char *relay, gint64 time_s, guint *known, GError **error);

G_END_DECLS
