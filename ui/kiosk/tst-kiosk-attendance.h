/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-flow.h"

G_BEGIN_DECLS

/**
 * TstKioskAttendance:
 *
 * A person signs in as attending: the notice and three separate authorisations first, then by card or by typing, one question a screen; what is sensitive
 * stands on a page of its own that can be left out, and the signature too. Who gives no data attends all the same.
 */
#define TST_TYPE_KIOSK_ATTENDANCE (tst_kiosk_attendance_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskAttendance, tst_kiosk_attendance, TST, KIOSK_ATTENDANCE, TstKioskFlow)

GtkWidget *tst_kiosk_attendance_new (TstSession *session, const char *event, const char *lang);
/* What the reader of cards gave. */
void tst_kiosk_attendance_take_card (TstKioskAttendance *self, GBytes *payload);

G_END_DECLS
