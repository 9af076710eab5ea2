/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskBar:
 *
 * What stands above every screen of the kiosk: back to the start, the other language, larger text, high contrast, reading aloud. Signals: "home",
 * "language" (string: the one wanted; only offered at the start, where nothing is lost).
 */
#define TST_TYPE_KIOSK_BAR (tst_kiosk_bar_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskBar, tst_kiosk_bar, TST, KIOSK_BAR, GtkBox)

GtkWidget *tst_kiosk_bar_new (TstSession *session);
void tst_kiosk_bar_set_screen (TstKioskBar *self, TstKioskScreen *screen, gboolean is_start);
/* The words of the bar in the language of the screen now. */
void tst_kiosk_bar_speak (TstKioskBar *self, const char *lang);
/* Whether somebody changed size, contrast or language; and all of it as staff set it. */
gboolean tst_kiosk_bar_is_changed (TstKioskBar *self);
void tst_kiosk_bar_reset (TstKioskBar *self);
void tst_kiosk_bar_say (TstKioskBar *self, const char *text);

G_END_DECLS
