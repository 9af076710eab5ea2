/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-form.h"

G_BEGIN_DECLS

/**
 * TstFormResults:
 *
 * What many people answered, in numbers that tell nothing about one of them. Each five people in a row who answered a question are a group for good: figures are
 * sums of whole groups, so that whatever is compared with whatever, at any two moments, nobody can be told apart from the four others. Who takes an answer back
 * before its group is full leaves it to the next one; afterwards the whole group goes, since four alone would tell of the fifth. What fewer than five answered is not shown. Of questions
 * about the person (sensitive ones, and all of a form that does not say which they are) a choice of fewer than five is hidden as well, with as many others as it takes that it cannot be reckoned back.
 * Texts, pictures, sounds, places and codes are counted and never shown. Questions in repeats are left out: their entries are of one person.
 *
 * Answers have to be added in an order that never changes (central: the place in the log). One thread at a time.
 */
typedef struct _TstFormResults TstFormResults;

#define TST_FORM_RESULTS_STEP 5

TstFormResults *tst_form_results_new (TstForm *form);
void tst_form_results_free (TstFormResults *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstFormResults, tst_form_results_free)

/* One person's, as tst_interview_to_json() writes them; what the form does not know is left aside. */
void tst_form_results_add (TstFormResults *self, JsonObject *answers);
/**
 * tst_form_results_add_at:
 * @answers: of an answer whose content was destroyed only the names count: what was asked and answered, whatever the values
 * @at: its place in the order, higher than all before
 * @gone_at: the place at which it was taken back; 0: it stands
 *
 * Whoever took an answer back must be added all the same: those who came after would change groups otherwise.
 */
void tst_form_results_add_at (TstFormResults *self, JsonObject *answers, gint64 at, gint64 gone_at);

/**
 * tst_form_results_to_json:
 * @language: a place among the form's languages
 *
 * Returns: (transfer full): {"code", "title", "responses" (in steps of five), "questions": [{"name", "text", "answered" (whole groups; less what the form no longer knows), "few",
 * "options": [{"name", "label", "count", "pct"} or {"name", "label", "hidden": true}], "mean", "mean_of"}]}. "mean" is of numbers and of choices that are
 * called 1, 2, 3 …, with "mean_of" the highest of those. Of a ranking the count is how many put it first.
 */
JsonObject *tst_form_results_to_json (TstFormResults *self, guint language);

/* The same as rows of CSV: question, text, choice, label, count, percentage, answered, mean. */
char *tst_form_results_to_csv (TstFormResults *self, guint language);

G_END_DECLS
