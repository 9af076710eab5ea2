/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskSurvey:
 *
 * A questionnaire at the kiosk, one question a screen, without a name: which one (when there are several), its questions as the answers make them
 * necessary, and thanks. What is answered lives in the interview alone, which goes with the screen.
 *
 * Properties: "step" (string, notifies): "choose", "intro", the name of the question that is asked first on the screen, or "done"; "form" (string, nullable, notifies).
 */
#define TST_TYPE_KIOSK_SURVEY (tst_kiosk_survey_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskSurvey, tst_kiosk_survey, TST, KIOSK_SURVEY, TstKioskScreen)

/* @form: (nullable) its code; NULL lets the person choose among those that the setting "kiosk-forms" names. */
GtkWidget *tst_kiosk_survey_new (TstSession *session, const char *event, const char *lang, const char *form);
/* What was kept by tst_kiosk_screen_collect(). */
void tst_kiosk_survey_restore (TstKioskSurvey *self, JsonObject *content);
/* (transfer none) (nullable) until the form is there. */
struct _TstInterview *tst_kiosk_survey_get_interview (TstKioskSurvey *self);
/* «Seguir», for tests. */
void tst_kiosk_survey_go_on (TstKioskSurvey *self);

G_END_DECLS
