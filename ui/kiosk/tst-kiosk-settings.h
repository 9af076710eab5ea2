/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstKioskSettings:
 *
 * For staff, who gave their PIN to be here: what the kiosk offers, after how long without anybody it warns and wipes, its keyboard and its printer. Everything counts at once.
 */
#define TST_TYPE_KIOSK_SETTINGS (tst_kiosk_settings_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskSettings, tst_kiosk_settings, TST, KIOSK_SETTINGS, TstPage)

GtkWidget *tst_kiosk_settings_new (TstSession *session);

G_END_DECLS
