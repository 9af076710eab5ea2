/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskStaff:
 *
 * The only way out of the kiosk: a staff member's PIN, whose wrong tries are counted and slowed over restarts (tst-staff.h). Signal "unlocked": the vault
 * and the author are in the session.
 */
#define TST_TYPE_KIOSK_STAFF (tst_kiosk_staff_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskStaff, tst_kiosk_staff, TST, KIOSK_STAFF, TstKioskScreen)

GtkWidget *tst_kiosk_staff_new (TstSession *session, const char *event, const char *lang);

G_END_DECLS
