/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-attachment.h"
#include "kiosk/tst-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstSurveyTake:
 *
 * A question of a questionnaire that is answered by a photograph or by one's own voice. What is taken goes to the list that belongs to the whole
 * questionnaire, in memory, under a name that is the answer; taking it away takes it out of the list.
 *
 * Signals: "answered" (the answer is another), "alive" (somebody speaks or takes a photograph, though nobody touches the screen).
 */
#define TST_TYPE_SURVEY_TAKE (tst_survey_take_get_type ())
G_DECLARE_FINAL_TYPE (TstSurveyTake, tst_survey_take, TST, SURVEY_TAKE, GtkBox)

/* @media: (element-type TstAttachment): the questionnaire's; kept. @name: what the answer is now, "" for nothing. */
GtkWidget *tst_survey_take_new (TstSession *session, TstAttachmentKind kind, GPtrArray *media, const char *name);
const char *tst_survey_take_get_name (TstSurveyTake *self); /* "" while there is nothing */
/* A recording runs, or a photograph is on its way. */
gboolean tst_survey_take_is_busy (TstSurveyTake *self);
/* Whether it was busy; a recording ends, and what was said is there a moment later. */
gboolean tst_survey_take_end (TstSurveyTake *self);
/* There is no camera or no microphone, or it may not be used: nobody can be asked for it. */
gboolean tst_survey_take_is_unable (TstSurveyTake *self);

G_END_DECLS
