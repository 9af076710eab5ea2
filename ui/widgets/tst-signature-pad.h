/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstSignaturePad:
 *
 * A place to sign with a finger, a pen or a mouse. What comes out is a picture only: no pressure, no speed, no order of the strokes is kept in it
 * (a drawn signature that tells those is biometric data). Who cannot or does not want to draw needs another way out of the page.
 *
 * Property: "empty" (boolean).
 */
#define TST_TYPE_SIGNATURE_PAD (tst_signature_pad_get_type ())
G_DECLARE_FINAL_TYPE (TstSignaturePad, tst_signature_pad, TST, SIGNATURE_PAD, GtkWidget)

GtkWidget *tst_signature_pad_new (void);
gboolean tst_signature_pad_is_empty (TstSignaturePad *self);
/* Overwrites the points in memory. */
void tst_signature_pad_clear (TstSignaturePad *self);
/* As if drawn, in pixels of the pad; what is outside is moved to its edge. */
void tst_signature_pad_begin (TstSignaturePad *self, double x, double y);
void tst_signature_pad_line_to (TstSignaturePad *self, double x, double y);
/* Black on white, 640 × 240 pixels, the whole pad fitted in. (transfer full) (nullable): NULL when empty. */
GBytes *tst_signature_pad_to_png (TstSignaturePad *self);

G_END_DECLS
