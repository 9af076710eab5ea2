/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-flow.h"

G_BEGIN_DECLS

/**
 * TstKioskResume:
 *
 * Goes on with a contribution that was kept half written, by its code.
 */
#define TST_TYPE_KIOSK_RESUME (tst_kiosk_resume_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskResume, tst_kiosk_resume, TST, KIOSK_RESUME, TstKioskFlow)

GtkWidget *tst_kiosk_resume_new (TstSession *session, const char *event, const char *lang);

G_END_DECLS
