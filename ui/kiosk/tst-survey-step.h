/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-interview.h"
#include "kiosk/tst-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstSurveyStep:
 *
 * One step of an interview on the screen: its questions with their controls, tied to the answers both ways. What a person types is in the interview at
 * once and nowhere else. Signals: "answered" (one answer changed, or somebody speaks), "chosen" (the step has a single question, and one of its buttons was touched:
 * there is nothing more to do here).
 */
#define TST_TYPE_SURVEY_STEP (tst_survey_step_get_type ())
G_DECLARE_FINAL_TYPE (TstSurveyStep, tst_survey_step, TST, SURVEY_STEP, GtkBox)

/* @answers: (element-type TstAnswer) of @interview, as tst_interview_get_steps() gives them; copied. @media: (element-type TstAttachment): what was said and
 * photographed for @interview, which steps add to and take from; kept. */
GtkWidget *tst_survey_step_new (TstSession *session, TstInterview *interview, GPtrArray *media, GPtrArray *answers);
/* Whether somebody is still speaking or a photograph is on its way; ends the recording, and what was said is there a moment later. */
gboolean tst_survey_step_end_taking (TstSurveyStep *self);
/* Says beside each question what is wrong with its answer; FALSE when something is. */
gboolean tst_survey_step_check (TstSurveyStep *self);
/* Whether anything is answered, and whether something has to be. */
gboolean tst_survey_step_is_empty (TstSurveyStep *self);
gboolean tst_survey_step_is_required (TstSurveyStep *self);
/* The step that asks whether a repeat has another entry. */
gboolean tst_survey_step_is_repeat (TstSurveyStep *self);
/* What is said of a problem when the form says nothing itself. */
const char *tst_survey_problem_text (TstAnswerProblem problem);

G_END_DECLS
