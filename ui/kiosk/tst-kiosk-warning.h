/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstKioskWarning:
 *
 * Lies over a screen of the kiosk before anything that a person wrote is taken away: nobody seems to be there ("idle"), the receipt has been seen ("done"), or somebody
 * wants to leave ("leaving"). Signals: "stay", "wipe", "keep" (what is half written is to be sealed and kept).
 */
#define TST_TYPE_KIOSK_WARNING (tst_kiosk_warning_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskWarning, tst_kiosk_warning, TST, KIOSK_WARNING, GtkBox)

GtkWidget *tst_kiosk_warning_new (void);
/* NULL @kind hides it. @begun: something is half written that can be kept. */
void tst_kiosk_warning_show (TstKioskWarning *self, const char *kind, gboolean begun);
const char *tst_kiosk_warning_get_kind (TstKioskWarning *self); /* (nullable) */
void tst_kiosk_warning_set_left (TstKioskWarning *self, guint seconds);
void tst_kiosk_warning_set_trouble (TstKioskWarning *self, const char *text);
void tst_kiosk_warning_focus (TstKioskWarning *self);
/* Its words in the language of the screen now. */
void tst_kiosk_warning_speak (TstKioskWarning *self);

G_END_DECLS
