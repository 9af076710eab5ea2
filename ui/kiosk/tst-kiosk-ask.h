/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-flow.h"

G_BEGIN_DECLS

/**
 * TstKioskAsk:
 *
 * «Consultar mi aporte»: with the number of the receipt, what this tablet knows without a network. It tells nothing of who wrote it or what it says: the
 * tablet does not know. Property: "state" (string: "none", "unknown", or the state of the record; notifies).
 */
#define TST_TYPE_KIOSK_ASK (tst_kiosk_ask_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskAsk, tst_kiosk_ask, TST, KIOSK_ASK, TstKioskFlow)

GtkWidget *tst_kiosk_ask_new (TstSession *session, const char *event, const char *lang);

G_END_DECLS
