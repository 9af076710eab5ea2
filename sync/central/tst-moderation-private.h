/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-moderation.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

struct _TstModeration
{
  TstCentral *central;
  char *worker; /* (nullable): no worker, no pictures */
  GMutex *lock; /* one decision at a time; the central's */
  char *account, *role; /* (nullable) whose decisions */
};

typedef struct
{
  TstHash sha256;
  char type[64];
  char role[32];
  gboolean held;
} TstModerationMedium;

/* All that a decision looks at, read in one turn of the store. */
typedef struct
{
  char *id, *device, *kind, *state;
  TstHash text_hash;
  gint64 utc_s;
  JsonObject *body;      /* (nullable) the record as it was */
  JsonObject *content;   /* (nullable) the newest content */
  JsonObject *shown;     /* (nullable) what is published of it */
  char *event_title;     /* (nullable) */
  gboolean body_missing;
  gboolean forked;
  gboolean lost;         /* its device is reported lost */
  gboolean was_public;   /* was accepted at some time */
  GPtrArray *media;      /* of TstModerationMedium */
  GPtrArray *destroyed;  /* of TstHash: what an erasure would destroy */
} TstModerationItem;
TstModerationItem *tst_moderation_load (TstModeration *self, const char *id, GError **error);
void tst_moderation_item_free (TstModerationItem *self);

/* The frame of a decision about @item: type, what it names, whose it is. */
JsonObject *tst_moderation_new_decision (TstModeration *self, const TstModerationItem *item, const char *type);

/* The one spelling of a provisional number; TST_ERROR_BAD_VALUE when its check symbol is wrong. */
char *tst_moderation_canonical_number (const char *number, GError **error);

/* tst-publication.c */
char *tst_publication_find_worker (void);
/* What an acceptance would show of the newest content. */
JsonObject *tst_publication_shown (const TstModerationItem *item);
/* Adds "redacted", "shown" and "derivatives" to the acceptance @content; makes the derivatives and keeps them, durable. */
gboolean tst_publication_describe (TstModeration *self, const TstModerationItem *item, const TstDecision *decision,
                                   JsonObject *content, GCancellable *cancellable, GError **error);
/* Pictures of an item that nobody decided on yet, for whoever decides: made in the sandbox, kept nowhere. (element-type TstDerivative) */
GPtrArray *tst_publication_preview (TstModeration *self, const TstModerationItem *item, GCancellable *cancellable, GError **error);

G_END_DECLS
