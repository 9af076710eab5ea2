/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstAttendanceForm:
 *
 * Staff help a person to sign the attendance sheet: the notice with its three switches, off; who they are; then, only for those who allow it,
 * the voluntary questions on a page of their own. Kept as a sealed draft while somebody is signed in; otherwise the form says that it is not.
 *
 * Properties: "step" (string: "person", "voluntary"; notifies). Actions: form.save, form.next, form.back.
 */
#define TST_TYPE_ATTENDANCE_FORM (tst_attendance_form_get_type ())
G_DECLARE_FINAL_TYPE (TstAttendanceForm, tst_attendance_form, TST, ATTENDANCE_FORM, TstPage)

GtkWidget *tst_attendance_form_new (TstSession *session, const char *event_id);
/* What the card's code says, as read by the camera or the scanner. */
void tst_attendance_form_take_card (TstAttendanceForm *self, GBytes *payload);

G_END_DECLS
