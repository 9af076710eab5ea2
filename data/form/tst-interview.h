/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-clock.h"
#include "form/tst-form.h"

G_BEGIN_DECLS

/**
 * TstInterview:
 *
 * One person's answers to a form while they are given: which questions are asked, what is reckoned, what is still wrong. Held in memory only and
 * wiped when it is let go. One thread at a time; the app uses it on the main one (250 questions with 60 expressions take a fraction of a frame).
 *
 * Signals: "changed": an answer was set; what is asked, offered and required may be another now.
 */
#define TST_TYPE_INTERVIEW (tst_interview_get_type ())
G_DECLARE_FINAL_TYPE (TstInterview, tst_interview, TST, INTERVIEW, GObject)

/* A question in its place: in a repeat there is one for each entry. Belongs to the interview; valid until its entry is taken away. */
typedef struct _TstAnswer TstAnswer;

typedef enum
{
  TST_ANSWER_FINE,
  TST_ANSWER_MISSING,    /* required, and empty */
  TST_ANSWER_NOT_A_NUMBER,
  TST_ANSWER_NOT_A_DATE,
  TST_ANSWER_NOT_OFFERED, /* none of the choices offered now */
  TST_ANSWER_OUT_OF_RANGE,
  TST_ANSWER_CONSTRAINT, /* the form's own rule: its message, if it has one, is tst_interview_message() */
  TST_ANSWER_UNREADABLE  /* not what its type is written like */
} TstAnswerProblem;

/**
 * tst_interview_new:
 * @lang: "es", "en" or the form's own name of a language
 * @zone: what today() means
 *
 * Errors: TST_ERROR_BAD_VALUE when an expression of the form cannot be used (a form that was imported has been asked already).
 */
TstInterview *tst_interview_new (TstForm *form, TstClock *clock, GTimeZone *zone, const char *lang, GError **error);
TstForm *tst_interview_get_form (TstInterview *self); /* (transfer none) */
void tst_interview_set_language (TstInterview *self, const char *lang);
guint tst_interview_get_language (TstInterview *self);

/* Nothing on this device answers questions of @type (a camera, a microphone): they are never required then. */
void tst_interview_excuse (TstInterview *self, TstQuestionType type);

/* --- walking through it --- */

/**
 * tst_interview_get_steps:
 *
 * What is shown one after the other, as things stand: each step is a GPtrArray of TstAnswer to be shown together, one question on its own or a
 * group whose appearance is "field-list" with all that it may ask (tst_answer_is_asked() says what it asks now). A repeat whose number of entries the person decides ends with a step that holds only the repeat.
 *
 * Returns: (transfer full): of GPtrArray of TstAnswer
 */
GPtrArray *tst_interview_get_steps (TstInterview *self);
/* The first in its place with that name, among all entries; NULL if there is none. */
TstAnswer *tst_interview_find (TstInterview *self, const char *name);

const TstQuestion *tst_answer_get_question (TstAnswer *answer);
const char *tst_answer_get_value (TstAnswer *answer); /* "" while empty; XForms' own spelling */
gboolean tst_answer_is_asked (TstAnswer *answer);     /* it and all around it are relevant */
gboolean tst_answer_is_required (TstAnswer *answer);
gboolean tst_answer_is_read_only (TstAnswer *answer);
/* Of the innermost repeat around it, from 1; 0 outside of all. */
guint tst_answer_get_entry (TstAnswer *answer);

/* With ${name} filled in, in the interview's language; NULL if there is none. Free with g_free(). */
char *tst_interview_dup_label (TstInterview *self, TstAnswer *answer);
char *tst_interview_dup_hint (TstInterview *self, TstAnswer *answer);
char *tst_interview_dup_message (TstInterview *self, TstAnswer *answer, TstAnswerProblem problem);
/* (transfer container): of TstChoice, those that the choice filter lets through, in the order in which they are offered. */
GPtrArray *tst_interview_get_choices (TstInterview *self, TstAnswer *answer);

/* --- answering --- */

/* Takes any text: what is wrong with it is told by tst_interview_get_problem(), so that nothing a person typed is lost. */
void tst_interview_set (TstInterview *self, TstAnswer *answer, const char *value);
TstAnswerProblem tst_interview_get_problem (TstInterview *self, TstAnswer *answer);
/* Entries of a repeat: @repeat is one of its answers or the repeat step's. */
guint tst_interview_count_entries (TstInterview *self, const TstQuestion *repeat);
void tst_interview_add_entry (TstInterview *self, const TstQuestion *repeat);
void tst_interview_remove_entry (TstInterview *self, const TstQuestion *repeat, guint entry); /* from 1 */

/* The first answer that is asked and not fine; NULL when all are. */
TstAnswer *tst_interview_first_problem (TstInterview *self, TstAnswerProblem *problem);

/**
 * tst_interview_to_json:
 *
 * What was answered and is asked: {name: value}; numbers for integer, decimal and range, a list for select_multiple and rank, true for acknowledge, a
 * list of objects for a repeat, text for the rest. Groups leave no trace, notes and empty answers are absent.
 */
JsonObject *tst_interview_to_json (TstInterview *self);
/**
 * tst_interview_load:
 *
 * The reverse, for drafts and for scripts. Errors name the question and never what was answered: TST_ERROR_UNKNOWN_FIELD, TST_ERROR_BAD_VALUE.
 */
gboolean tst_interview_load (TstInterview *self, JsonObject *answers, GError **error);
/* Every answer is fine, and everything that was given is asked; else TST_ERROR_MISSING_FIELD or TST_ERROR_BAD_VALUE with the question's name. */
gboolean tst_interview_check (TstInterview *self, GError **error);

G_END_DECLS
