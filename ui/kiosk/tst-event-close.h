/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstEventClose:
 *
 * Closes an event: first what it has and what is missing, which never forbids it; then the summary, with the count and the head of each
 * chain, which is what proves later that nothing was left out. For a closed event the summary alone.
 *
 * Properties: "closed" (boolean; notifies when the summary is there). Action: event.close-now.
 */
#define TST_TYPE_EVENT_CLOSE (tst_event_close_get_type ())
G_DECLARE_FINAL_TYPE (TstEventClose, tst_event_close, TST, EVENT_CLOSE, TstPage)

/* @row: the event's row of the list "events". */
GtkWidget *tst_event_close_new (TstSession *session, JsonObject *row);

G_END_DECLS
