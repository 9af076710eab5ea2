/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstClockCard:
 *
 * The whole screen a clock: the time in large figures to the second and the same, to the millisecond, as a QR. Filmed for a moment by whoever streams, it
 * ties the recording to this tablet's clock. The screen does not go dark while it shows.
 *
 * Property: "stamp" (string: the QR's text, notifies several times a second).
 */
#define TST_TYPE_CLOCK_CARD (tst_clock_card_get_type ())
G_DECLARE_FINAL_TYPE (TstClockCard, tst_clock_card, TST, CLOCK_CARD, TstPage)

#define TST_CLOCK_CARD_PREFIX "TESTIGO-RELOJ1:"

GtkWidget *tst_clock_card_new (TstSession *session);

G_END_DECLS
