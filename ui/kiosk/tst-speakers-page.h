/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstSpeakersPage:
 *
 * Who asked for the word at a hearing or lectern: who has it, with the clock running, who comes next, and what came of those who spoke. Every touch of
 * the clock is a record, so that it runs on whatever becomes of the app. Names are read off the event's sheet while somebody is signed in.
 *
 * Properties: "event" (construct only), "waiting", "done" (counts), "word" (string: "" nobody, "speaking", "paused"), "used" (seconds of who has the word),
 * "left" (seconds until the limit, negative past it; G_MAXINT without one); all notify. Actions: speakers.add, speakers.give (s: id), speakers.first (s), speakers.absent (s),
 * speakers.pause, speakers.stop, speakers.outcome (s), speakers.limit (i: seconds, 0 none).
 */
#define TST_TYPE_SPEAKERS_PAGE (tst_speakers_page_get_type ())
G_DECLARE_FINAL_TYPE (TstSpeakersPage, tst_speakers_page, TST, SPEAKERS_PAGE, TstPage)

GtkWidget *tst_speakers_page_new (TstSession *session, const char *event_id);
/* Types of event at which people ask for the word. */
gboolean tst_speakers_page_fits (const char *event_type);

G_END_DECLS
