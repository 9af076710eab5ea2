/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskStart:
 *
 * The first screen of the kiosk: what this is, and a few large choices. Signals: "chosen" (string: "contribution", "attendance", "works",
 * "ask", "survey"), "staff" (somebody wants to leave the kiosk), "resume" (a kept contribution is to be gone on with).
 */
#define TST_TYPE_KIOSK_START (tst_kiosk_start_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskStart, tst_kiosk_start, TST, KIOSK_START, TstKioskScreen)

/* @title: of the event; NULL: none is open, and nothing can be given. */
GtkWidget *tst_kiosk_start_new (TstSession *session, const char *event, const char *lang, const char *title);

/* The codes of the choices, in their order, and what the setting "kiosk-choices" and the event leave of them. */
extern const char *const tst_kiosk_choices[];
const char *tst_kiosk_choice_label (const char *code); /* in the language of the screen */

G_END_DECLS
