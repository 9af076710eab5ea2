/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstEventPage:
 *
 * One event or visit, to be used standing up: large tiles for photos, attendance, contributions and notes with their counts, who is here,
 * what was captured, the code for another tablet, and the closing with its summary. Files dropped or pasted on it are offered as photos.
 *
 * Properties: "event" (string, construct only), "status" (string: "", "open", "closed", "assigned"; notifies), "photos", "notes", "attendance",
 * "comments" (uint, notify). Actions: event.photo, event.attendance, event.comment, event.note, event.join, event.close, event.paste.
 */
#define TST_TYPE_EVENT_PAGE (tst_event_page_get_type ())
G_DECLARE_FINAL_TYPE (TstEventPage, tst_event_page, TST, EVENT_PAGE, TstPage)

GtkWidget *tst_event_page_new (TstSession *session, const char *event_id);

G_END_DECLS
