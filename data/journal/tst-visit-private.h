/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-journal-private.h"
#include "journal/tst-visit.h"
#include "model/tst-code-lists.h"

G_BEGIN_DECLS

/* What the files of a visit's records share, and what amending needs of them. */

typedef enum
{
  TST_VISIT_NAME, /* up to 200 characters */
  TST_VISIT_TEXT, /* up to 4000 */
  TST_VISIT_CODE,
  TST_VISIT_CODES,
  TST_VISIT_ID,
  TST_VISIT_PLACE,
  TST_VISIT_HEADING,
  TST_VISIT_NORTH,
  TST_VISIT_PERCENT,
  TST_VISIT_MILLISECONDS,
  TST_VISIT_SECONDS,
  TST_VISIT_RANK,
  TST_VISIT_DATE,
  TST_VISIT_TIME,
  TST_VISIT_URL,
  TST_VISIT_BOOL,
  TST_VISIT_FORM,
  TST_VISIT_ANSWERS,
  TST_VISIT_SHA256,
  TST_VISIT_PICTURE,
} TstVisitMemberForm;

enum
{
  TST_VISIT_REQUIRED = 1 << 0,
  TST_VISIT_MUTABLE = 1 << 1, /* an amendment may change it */
  TST_VISIT_SEALED = 1 << 2,  /* goes into the sealed part */
};

typedef struct
{
  const char *type, *name;
  TstCodeList list; /* TST_N_LISTS: none */
  TstVisitMemberForm form;
  guint flags;
} TstVisitMember;

const TstVisitMember *tst_visit_members (guint *n_members);
const TstVisitMember *tst_visit_find_member (const char *type, const char *name); /* NULL: no such member */
/* The value as it is written down; TST_ERROR_BAD_VALUE. */
JsonNode *tst_visit_read_member (const TstVisitMember *member, JsonNode *value, GError **error);
/* Points between what was seen and what was programmed, to a tenth; taken away when one of them is missing. */
void tst_visit_set_deviation (JsonObject *progress);

/* --- streams (tst-visit-stream.c); on the store thread --- */

/* The stream of @event that is on the air, NULL without error when there is none. */
gboolean tst_visit_live_stream (TstStore *store, const char *event, char **stream, GError **error);
/* Where in the recording of @stream a body's time lies: sets offset_ms, error_ms and, in a gap, broken. */
gboolean tst_visit_set_offset (TstStore *store, const char *stream, JsonObject *body, JsonObject *to, GError **error);
/* After the append of @draft in the same transaction: what was captured, found or promised on the air is a moment of the stream. */
gboolean tst_visit_follow_stream (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error);

G_END_DECLS
