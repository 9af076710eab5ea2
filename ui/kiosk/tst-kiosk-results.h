/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskResults:
 *
 * What people answered to the town's questionnaires, as central publishes it: counts, bars and averages with how many answered and until when. What is shown was
 * made safe at central (data/form/README.md, "Results"); nothing is reckoned here. "n-forms" (uint, notifies): how many there are.
 */
#define TST_TYPE_KIOSK_RESULTS (tst_kiosk_results_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskResults, tst_kiosk_results, TST, KIOSK_RESULTS, TstKioskScreen)

GtkWidget *tst_kiosk_results_new (TstSession *session, const char *event, const char *lang);

G_END_DECLS
