/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstQr:
 *
 * A text as a QR code (error correction M), dark on white in every colour scheme, with the quiet zone that readers need. Draws nothing when
 * the text is too long for one. Property "text".
 */
#define TST_TYPE_QR (tst_qr_get_type ())
G_DECLARE_FINAL_TYPE (TstQr, tst_qr, TST, QR, GtkWidget)

/* @name: what a screen reader says; @size: pixels at 100 %, with the quiet zone. */
GtkWidget *tst_qr_new (const char *text, const char *name, int size);
void tst_qr_set_text (TstQr *self, const char *text);
/* Modules a side, without the quiet zone; 0: nothing to draw. */
int tst_qr_get_modules (TstQr *self);

G_END_DECLS
