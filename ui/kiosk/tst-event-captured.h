/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstEventCaptured:
 *
 * «Lo capturado» of an event: its newest photographs in a strip, its films and voice notes, its newest notes; kept up to date, and nothing where there is
 * nothing. Each opens its page on the stack around it.
 */
#define TST_TYPE_EVENT_CAPTURED (tst_event_captured_get_type ())
G_DECLARE_FINAL_TYPE (TstEventCaptured, tst_event_captured, TST, EVENT_CAPTURED, GtkWidget)

GtkWidget *tst_event_captured_new (TstSession *session, const char *event_id);

G_END_DECLS
