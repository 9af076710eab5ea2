/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskWorks:
 *
 * The town's works for a citizen: map and list, then one work with its state and photographs. Only photographs that were published are shown: what staff took
 * and nobody has looked at yet may show people. Signal "comment" (string code, string title): the person wants to say something about it.
 * Property: "code" (string, NULL: the list; notifies).
 */
#define TST_TYPE_KIOSK_WORKS (tst_kiosk_works_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskWorks, tst_kiosk_works, TST, KIOSK_WORKS, TstKioskScreen)

GtkWidget *tst_kiosk_works_new (TstSession *session, const char *event, const char *lang);

G_END_DECLS
