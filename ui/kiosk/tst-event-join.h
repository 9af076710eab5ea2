/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* The code by which another tablet joins an event: as a QR and as text to copy. Action: join.copy. */
#define TST_TYPE_EVENT_JOIN (tst_event_join_get_type ())
G_DECLARE_FINAL_TYPE (TstEventJoin, tst_event_join, TST, EVENT_JOIN, TstPage)

GtkWidget *tst_event_join_new (TstSession *session, const char *text);

G_END_DECLS
