/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstKeyboard:
 *
 * A keyboard on the screen, since the compositors of kiosks have none: Spanish letters with ñ and accents, numbers and signs, a row for e-mail
 * addresses. It shows what the field's #GtkInputPurpose asks for and types into the field at the press, not at the release; it keeps nothing of what was typed.
 * Every key is a button with a name. Keys are 48 px and more: in a narrow window letters stand in alphabetical rows of seven.
 *
 * Properties: "narrow" (boolean), "layer" (string: "letters", "signs", "digits", "phone", "email").
 */
#define TST_TYPE_KEYBOARD (tst_keyboard_get_type ())
G_DECLARE_FINAL_TYPE (TstKeyboard, tst_keyboard, TST, KEYBOARD, GtkBox)

GtkWidget *tst_keyboard_new (void);
/* @target: (nullable): a #GtkEditable or a #GtkTextView; not kept alive. */
void tst_keyboard_set_target (TstKeyboard *self, GtkWidget *target);
GtkWidget *tst_keyboard_get_target (TstKeyboard *self); /* (transfer none) (nullable) */
void tst_keyboard_set_narrow (TstKeyboard *self, gboolean narrow);
/* The language has changed: keys that are words say them anew. */
void tst_keyboard_speak (TstKeyboard *self);
const char *tst_keyboard_get_layer (TstKeyboard *self);
/* As if touched: what stands on the key ("a", "ñ", "@gmail.com"), or "SHIFT", "BACK", "SPACE", "ENTER", "ACUTE", "SIGNS", "LETTERS". FALSE: no such
 * key is there now. */
gboolean tst_keyboard_press (TstKeyboard *self, const char *key);

G_END_DECLS
