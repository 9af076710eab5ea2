/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstEventKiosk:
 *
 * For staff, before and while citizens come: opening the kiosk and its settings, the attendance sheet as a PDF (the PIN was given to be here), and sharing the
 * sheet's secret with another tablet of the same event.
 */
#define TST_TYPE_EVENT_KIOSK (tst_event_kiosk_get_type ())
G_DECLARE_FINAL_TYPE (TstEventKiosk, tst_event_kiosk, TST, EVENT_KIOSK, TstPage)

GtkWidget *tst_event_kiosk_new (TstSession *session, const char *event_id, const char *title);

G_END_DECLS
