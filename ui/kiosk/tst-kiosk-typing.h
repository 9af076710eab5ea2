/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TstKioskTyping:
 *
 * The place of the keyboard at the bottom of the kiosk: there while a field has the focus, and the setting "kiosk-keyboard" wants it; brings the field into view when it comes up.
 */
#define TST_TYPE_KIOSK_TYPING (tst_kiosk_typing_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskTyping, tst_kiosk_typing, TST, KIOSK_TYPING, AdwBin)

GtkWidget *tst_kiosk_typing_new (TstSession *session);
/* What has the focus now (nullable): a field brings the keyboard up, a key of it changes nothing, all else puts it away. */
void tst_kiosk_typing_follow (TstKioskTyping *self, GtkWidget *focus);
/* Of the window, in pixels: letters two sizes up make a page narrow, not the keys. */
void tst_kiosk_typing_set_width (TstKioskTyping *self, int width);
void tst_kiosk_typing_speak (TstKioskTyping *self);

G_END_DECLS
