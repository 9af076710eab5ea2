/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstPinPad:
 *
 * Ten digits to touch, or to type on a keyboard. Shows how many were given, never which. Signal "entered" (string: the PIN), which empties it.
 */
#define TST_TYPE_PIN_PAD (tst_pin_pad_get_type ())
G_DECLARE_FINAL_TYPE (TstPinPad, tst_pin_pad, TST, PIN_PAD, GtkBox)

GtkWidget *tst_pin_pad_new (void);
/* As if the digits were touched; other characters are left out. */
void tst_pin_pad_type (TstPinPad *self, const char *digits);
void tst_pin_pad_clear (TstPinPad *self);
void tst_pin_pad_enter (TstPinPad *self);

G_END_DECLS
