/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-code-lists.h"
#include "model/tst-geometry.h"

G_BEGIN_DECLS

/* A contract of a work. Texts are NULL, numbers NAN, where unknown. */
typedef struct
{
  char *nature;         /* code list contract-nature */
  char *number;
  char *secop_process;  /* "CO1.BDOS.n" */
  char *secop_contract; /* "CO1.PCCNTR.n" */
  char *url;
  char *modality;
  char *object;
  char *contractor;
  char *contractor_nit;
  double value_initial, value_added, value_total; /* pesos */
  char *start, *end;    /* ISO dates */
  double days_added;
  char *supervisor;
  char *status;         /* as its source says it */
} TstContract;

TstContract *tst_contract_new (void);
TstContract *tst_contract_copy (const TstContract *self);
void tst_contract_free (TstContract *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstContract, tst_contract_free)

/**
 * TstWork:
 *
 * A public work, «obra». Texts are NULL, numbers NAN, where unknown; texts are owned, trimmed, valid UTF-8 without control characters
 * (but line breaks in @description). @sector and @type hold a code of their list, or else the source's own word.
 */
typedef struct
{
  char *code;  /* required */
  char *title; /* required */
  char *bpin;
  char *description;
  char *sector;     /* code list sector */
  char *type;       /* code list work-type */
  char *status;     /* code list work-status */
  char *dependency; /* responsible office */
  char *comuna;
  char *barrio;
  char *divipola;   /* text: leading zeros */
  double lat, lon;  /* where to put the marker; NAN unless both are known */
  TstGeometry *geometry; /* (nullable) never a plain point: that is @lat, @lon */
  double budget;    /* pesos */
  char *funding;
  char *plan_goal;
  char *contract_number;
  char *contractor;
  char *start_planned, *end_planned, *start_actual, *end_actual; /* ISO dates, "2026-03-27" */
  double physical_planned_pct, physical_observed_pct, financial_pct; /* 0 to 100 */
  char *pct_as_of;  /* ISO date */
  char *pct_source;
  char *secop_url;
  gboolean risk_unfinished; /* internal: shown to staff, never published by itself */
  GPtrArray *contracts;     /* (element-type TstContract), perhaps empty */
} TstWork;

TstWork *tst_work_new (void);
TstWork *tst_work_copy (const TstWork *self);
void tst_work_free (TstWork *self);
void tst_work_clear (TstWork *self); /* back to all unknown, for filling again */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstWork, tst_work_free)

/* TST_ERROR_MISSING_FIELD (code, title) or TST_ERROR_BAD_VALUE; the text names the field and says what to do, in Spanish. */
gboolean tst_work_validate (const TstWork *self, GError **error);

/* Members are named as the CSV columns of `testigoctl works import`, absent where unknown, plus "contracts". Never "risk_unfinished" unless
 * @internal. The reader ignores members that it does not know and validates. */
JsonObject *tst_work_to_json (const TstWork *self, gboolean internal);
TstWork *tst_work_from_json (JsonObject *object, GError **error);
/* The same, compact and with a fixed order of members: equal texts mean equal works. */
char *tst_work_to_text (const TstWork *self);

/* An RFC 7946 Feature: the geometry, or the point, or null; properties as above without lat, lon and wkt. */
JsonObject *tst_work_to_feature (const TstWork *self, gboolean internal);

/* Everything that a search looks at, folded: lower case, no accents, words parted by one space
 * (tst_fold_words()). */
char *tst_work_search_text (const TstWork *self);

G_END_DECLS
