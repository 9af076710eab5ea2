/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a visit has and what it still lacks, from tst_field_book_visit_summary(). Nothing here forbids anything: a visit is closed whenever its people
 * say so, and the acta says what was left out. */

typedef enum
{
  TST_PART_PHOTOS,
  TST_PART_PROGRESS,
  TST_PART_FINDINGS,
  TST_PART_COMMITMENTS,
  TST_PART_SIGNATURES,
  TST_PART_CHECK,
  TST_PART_N_PARTS
} TstVisitPart;

typedef enum
{
  TST_GAP_PHOTO_GENERAL,   /* no general view */
  TST_GAP_PHOTO_SIGN,      /* the site sign is in view, and no photo of it */
  TST_GAP_PHOTO_FRONTS,    /* @n work fronts without a photo */
  TST_GAP_PHOTO_VIEWPOINT, /* @text: a viewpoint of the work that was not repeated; @id */
  TST_GAP_CHECK,           /* @n questions without an answer */
  TST_GAP_PROGRESS,        /* no observed progress */
  TST_GAP_CAUSE,           /* more than five points off and no cause */
  TST_GAP_FINDINGS,        /* none written down: says so, no more */
  TST_GAP_COMMITMENTS,     /* the same */
  TST_GAP_SIGNATURE,       /* @id: code of the role that neither signed nor declined */
} TstVisitGapKind;

/* How many points off the programme ask for a cause. */
#define TST_VISIT_DEVIATION_PTS 5.0

typedef struct
{
  TstVisitPart part;
  TstVisitGapKind kind;
  guint n;
  const char *id, *text; /* (nullable): they live as long as the summary */
} TstVisitGap;

/* In the order of the parts. (element-type TstVisitGap) (transfer full) */
GArray *tst_visit_gaps (JsonObject *summary);
/* How many photos, findings, commitments, signatures, answers; of progress 0 or 1. */
guint tst_visit_count (JsonObject *summary, TstVisitPart part);
/* It has something and lacks nothing. */
gboolean tst_visit_is_complete (JsonObject *summary, TstVisitPart part);
gboolean tst_visit_needs_cause (double programmed_pct, double observed_pct);

G_END_DECLS
