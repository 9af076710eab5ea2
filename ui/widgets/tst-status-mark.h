/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstStatusMark:
 *
 * The shape of a work's status, in its colour; the same everywhere (ui/web/README.md). Takes its colour from the style class
 * "e-CODE". Beside it there is always the word; the mark itself is presentation only.
 */
#define TST_TYPE_STATUS_MARK (tst_status_mark_get_type ())
G_DECLARE_FINAL_TYPE (TstStatusMark, tst_status_mark, TST, STATUS_MARK, GtkWidget)

GtkWidget *tst_status_mark_new (const char *status);
void tst_status_mark_set_status (TstStatusMark *self, const char *status);

/* The shape in a 16 × 16 box at the origin of @cr, in the current source; @hollow fills what the site leaves open. For the map. */
void tst_status_mark_draw (cairo_t *cr, const char *status, const GdkRGBA *colour, const GdkRGBA *hollow);

G_END_DECLS
