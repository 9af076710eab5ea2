/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-code-lists.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Questionnaire Q5, the checklist of a visit: what staff answers with a tap while standing on the site. Progress, findings, commitments, photographs and
 * signatures of Q5 are records of their own. */
#define TST_VISIT_FORM_CODE "q5"

typedef enum
{
  TST_VISIT_ASK_YES_NO,     /* boolean */
  TST_VISIT_ASK_NUMBER,     /* whole, from 0 on */
  TST_VISIT_ASK_COMPLIANCE, /* code list "compliance" */
  TST_VISIT_ASK_TEXT,       /* a line */
} TstVisitAsk;

typedef struct
{
  const char *code;
  TstVisitAsk ask;
  const char *es, *en;
  const char *photo; /* (nullable) code list "photo-need": the photo that goes with the answer "yes" */
} TstVisitQuestion;

const TstVisitQuestion *tst_visit_form (guint *n_questions);
const TstVisitQuestion *tst_visit_question (const char *code); /* (nullable) */
/* Every member is a question of the form and its value an answer to it. TST_ERROR_UNKNOWN_FIELD, TST_ERROR_BAD_VALUE. */
gboolean tst_visit_form_check (JsonObject *answers, GError **error);
/* How many questions have an answer. */
guint tst_visit_form_answered (JsonObject *answers);
/* «Sí», «Cumple», «12»; NULL when there is no answer. @lang: "es" or "en". Free with g_free(). */
char *tst_visit_form_answer_text (const TstVisitQuestion *question, JsonObject *answers, const char *lang);

/* What programmed progress a work should have at @date, as a share of its planned time: 0 before, 100 after; NAN when a date is missing. Dates as "2026-04-15". A
 * straight line: a suggestion for whoever has no curve, never a figure of the contract. */
double tst_visit_suggest_programmed (const char *start_planned, const char *end_planned, const GDate *date);

G_END_DECLS
