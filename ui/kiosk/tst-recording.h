/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstRecording:
 *
 * The line that says what is being recorded, for how long, and how loud; and the two kinds of recording there are, a film through the session's
 * camera and a voice note through its recorder, one at a time. What reaches its limit ends by itself.
 *
 * Property "active" (string, notifies): "", "film" or "voice". Signal "recorded" (string content type, GBytes, gint64 duration in ms).
 */
#define TST_TYPE_RECORDING (tst_recording_get_type ())
G_DECLARE_FINAL_TYPE (TstRecording, tst_recording, TST, RECORDING, GtkWidget)

GtkWidget *tst_recording_new (TstSession *session);
const char *tst_recording_get_active (TstRecording *self);
gboolean tst_recording_can (TstRecording *self, const char *what); /* "film" or "voice": is there something that records it */
/* Begins @what, or ends it when it is what runs; nothing happens while the other one runs. */
void tst_recording_toggle (TstRecording *self, const char *what);
/* Ends what runs; it is handed over all the same. */
void tst_recording_finish (TstRecording *self);

G_END_DECLS
