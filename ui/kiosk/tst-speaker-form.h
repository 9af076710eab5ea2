/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-record-form.h"

G_BEGIN_DECLS

/**
 * TstSpeakerForm:
 *
 * Somebody asks for the word: the topic, the name (sealed), and what of it may be shown, if the person says so. What was begun is kept, sealed, until it is saved.
 */
#define TST_TYPE_SPEAKER_FORM (tst_speaker_form_get_type ())
G_DECLARE_FINAL_TYPE (TstSpeakerForm, tst_speaker_form, TST, SPEAKER_FORM, TstRecordForm)

GtkWidget *tst_speaker_form_new (TstSession *session, const char *event_id);

G_END_DECLS
